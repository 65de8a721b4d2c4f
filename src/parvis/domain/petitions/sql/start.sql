-- A petition with the first version of its text.
with made as (
  insert into petitions (
    id, account_id, status_id, log_id, key, goal, addressee, addressee_id, places, verifier, domains, roll_id,
    takes_strangers, closes_at, issuer_id
  ) values ($1, $2, $3, $4, $5, $6, $7, $8, $9::text[], $10, $11::text[], $12, $13, $14, $17)
  returning id
)
insert into petition_versions (petition_id, version, title, text) select id, 1, $15, $16 from made
