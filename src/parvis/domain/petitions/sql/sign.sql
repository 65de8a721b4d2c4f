-- Sign the newest version of an open petition, once, and say so in its log: one statement decides, records and
-- tells. The petition is held (as the foreign key of the signature would) against another version and against
-- closing. Whoever is known by any of their nullifiers signs again only what they have not signed: another
-- version, or what they withdrew. Two of one person at once: the later fails on the nullifier, and is told again.
with petition as (
  select p.id, {{open_log(p.log_id)}} as log_id from petitions p
  where p.id = $1::bigint and p.version = $4 and p.closed_at is null and (p.closes_at is null or p.closes_at > now())
  for key share
), found as (
  select s.id, s.account_id, s.person, s.version, s.signed_on, s.place, s.state, s.commitment
  from petition_signatures s
  where s.id in (select n.signature_id from petition_nullifiers n where n.petition_id = $1 and n.nullifier = any($2::bytea[]))
  for update -- whoever just withdraws the same is un-counted by that alone
), came as (
  insert into petition_signatures
    (petition_id, account_id, person, version, signed_on, place, shown, name, commitment, receipt)
  select id, $5::bigint, $3::bytea, $4, $6::date, $7::smallint, $8, $9, $10::bytea, $14::bytea from petition
  where log_id is not null and not exists (select from found)
  returning id, petition_id
), known as (
  insert into petition_nullifiers (petition_id, nullifier, signature_id)
  select came.petition_id, n, came.id from came, unnest($2::bytea[]) as n
), again as (
  update petition_signatures s
  set version = $4, signed_on = $6, place = $7, shown = $8, name = $9, commitment = $10, state = 'signed',
      receipt = coalesce($14, s.receipt)
  from petition, found f
  where s.id = f.id and (select count(*) from found) = 1 and petition.log_id is not null
    and s.person = $3 and s.account_id is not distinct from $5
    and (s.state = 'withdrawn' or s.state = 'signed' and s.version < $4)
  returning s.id, s.petition_id
), logged as (
  insert into log_pending (log_id, is_shuffled, entry)
  select petition.log_id, false, $13::bytea from petition where exists (select from came) or exists (select from again)
), forgotten as (
  update log_openings o set account_id = null, salt = null, text = null
  from found f where o.commitment = f.commitment and exists (select from again)
), sealed as (
  insert into log_openings (commitment, log_id, account_id, salt, text, shown_from)
  select $10, petition.log_id, $5, $11::bytea, $12::text, now() from petition
  where $10 is not null and (exists (select from came) or exists (select from again))
), counted as (
  insert into petition_changes (petition_id, version, day, place, difference)
  select id, $4, $6, $7, 1 from petition where exists (select from came) or exists (select from again)
  union all
  select $1, f.version, f.signed_on, f.place, -1 from found f where f.state = 'signed' and exists (select from again)
), told as (
  insert into outbox (kind, payload, slots)
  select $15, jsonb_build_object('petition_id', id), '{}'::bigint[] from petition
  where exists (select from came) or exists (select from again)
), used as (
  delete from petition_requests r where r.link = $14 and (exists (select from came) or exists (select from again))
)
select exists (select from petition) as is_open, coalesce((select id from came), (select id from again)) as id,
       (select f.state from found f order by f.state = 'signed' desc limit 1) as state
