-- Hold an account's own status and the counters that its deletion moves, in one order for everyone.
with own as (
  select id, account_id, visibility, in_reply_to_id, reblog_of_id from statuses
  where id = $1 and account_id = $2 and deleted_at is null
  for update
)
select * from own
