-- Statuses were published: tell those mentioned, those who want to hear of each status of the author, and
-- the author of what was reblogged.
with published as (
  select * from statuses where id = any($1::bigint[]) and deleted_at is null
), candidate as (
  select m.account_id, 'mention' as kind, p.account_id as from_account_id, p.id as status_id
  from published p join mentions m on m.status_id = p.id and not m.is_silent
  union all
  select f.account_id, 'status', p.account_id, p.id
  from published p join follows f on f.target_id = p.account_id and f.notifies
  where p.reblog_of_id is null and p.visibility <> 'direct'
    and (p.in_reply_to_id is null or p.in_reply_to_account_id = p.account_id)
    and not exists (select from mentions m where m.status_id = p.id and m.account_id = f.account_id)
  union all
  select r.account_id, 'reblog', p.account_id, r.id
  from published p join statuses r on r.id = p.reblog_of_id
)
{{told(candidate)}}
