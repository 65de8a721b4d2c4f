-- Undo an account's reblog of what a status shows; counters move only when it went.
with gone as (
  update statuses set deleted_at = now()
  where account_id = $1::bigint and deleted_at is null
    and reblog_of_id = (select coalesce(s.reblog_of_id, s.id) from statuses s where s.id = $2::bigint)
  returning id, reblog_of_id, visibility
), counted as (
  update status_counters c set reblogs = c.reblogs - 1
  from gone where c.status_id = gone.reblog_of_id and gone.visibility in ('public', 'unlisted')
), counted_author as (
  update account_counters c set statuses = c.statuses - 1
  from gone where c.account_id = $1 and gone.visibility in ('public', 'unlisted')
), told as (
  insert into outbox (kind, payload, slots)
  select $3, jsonb_build_object('status_id', id, 'account_id', $1::bigint, 'visibility', visibility,
                                'reblog_of_id', reblog_of_id), $4::bigint[]
  from gone
)
select g.id, g.reblog_of_id from gone g
union all
select null, coalesce(s.reblog_of_id, s.id) from statuses s
where s.id = $2 and not exists (select from gone)
