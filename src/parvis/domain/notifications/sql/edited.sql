-- Statuses were edited: tell those who reblogged them, each time anew, and whoever is now mentioned.
with edited as (
  select * from statuses where id = any($1::bigint[]) and deleted_at is null
), candidate as (
  select r.account_id, 'update' as kind, e.account_id as from_account_id, e.id as status_id
  from edited e join statuses r on r.reblog_of_id = e.id and r.deleted_at is null
  union all
  select m.account_id, 'mention', e.account_id, e.id
  from edited e join mentions m on m.status_id = e.id and not m.is_silent
)
{{told(candidate)}}
