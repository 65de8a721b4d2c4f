-- Take a favourite back, even of what one may no longer see; the counter moves only when it went.
with gone as (
  delete from favourites
  where account_id = $1::bigint
    and status_id = (select coalesce(s.reblog_of_id, s.id) from statuses s where s.id = $2::bigint)
  returning status_id
), counted as (
  update status_counters set favourites = favourites - 1
  from gone where status_counters.status_id = gone.status_id
), told as (
  insert into outbox (kind, payload, slots)
  select $3, jsonb_build_object('status_id', status_id, 'account_id', $1::bigint), $4::bigint[] from gone
)
select status_id from gone
