-- Another manifest of a poll without ballots (held by resolve_edit), with the texts behind its hashes.
with recursive chain as (
  select id, closed_at from logs where id = $2::bigint
  union all
  select l.id, l.closed_at from logs l join chain on l.predecessor_id = chain.id
), sealed as (
  insert into log_openings (commitment, log_id, account_id, salt, text, shown_from)
  select t.commitment, chain.id, $3::bigint, t.salt, t.text, now()
  from chain, unnest($4::bytea[], $5::bytea[], $6::text[]) as t (commitment, salt, text)
  where chain.closed_at is null
), ranked as (
  update polls set manifest = $7::bytea where log_id = $2 and is_ranked
)
insert into log_pending (log_id, is_shuffled, entry)
select id, false, $1::bytea from chain where closed_at is null
