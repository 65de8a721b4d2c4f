-- A signature in force is withdrawn or removed while its petition is open, and its log says so; the name beside
-- the log is forgotten. Answers its id, or null.
with petition as (
  select p.id, {{open_log(p.log_id)}} as log_id from petitions p
  where p.id = (select s.petition_id from petition_signatures s where s.id = $1::bigint)
    and p.closed_at is null and (p.closes_at is null or p.closes_at > now())
  for key share
), gone as (
  update petition_signatures s set state = $2, name = null, removed_for = $9, removed_why = $7 from petition
  where s.id = $1 and s.state = 'signed' and s.version = $3 and petition.log_id is not null
  returning s.id, s.petition_id, s.version, s.signed_on, s.place, s.commitment
), logged as (
  insert into log_pending (log_id, is_shuffled, entry) select petition.log_id, false, $4::bytea from petition, gone
), forgotten as (
  update log_openings o set account_id = null, salt = null, text = null from gone where o.commitment = gone.commitment
), sealed as (
  insert into log_openings (commitment, log_id, account_id, salt, text, shown_from)
  select $5::bytea, petition.log_id, null, $6::bytea, $7::text, now() from petition, gone where $5 is not null
), counted as (
  insert into petition_changes (petition_id, version, day, place, difference)
  select petition_id, version, signed_on, place, -1 from gone
), told as (
  insert into outbox (kind, payload, slots)
  select $8, jsonb_build_object('petition_id', petition_id), '{}'::bigint[] from gone
)
select id from gone
