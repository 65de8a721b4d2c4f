-- Mute the conversation of a status; answers whether there is one to be seen.
with target as (
  select t.id, t.conversation_id
  from statuses s join statuses t on t.id = coalesce(s.reblog_of_id, s.id)
  where s.id = $2::bigint and {{visible(s, $1::bigint)}}
), came as (
  insert into conversation_mutes (account_id, conversation_id)
  select $1, conversation_id from target where conversation_id is not null
  on conflict do nothing
)
select id from target
