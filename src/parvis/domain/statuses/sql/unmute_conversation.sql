-- Hear of a status's conversation again.
with target as (
  select t.id, t.conversation_id
  from statuses s join statuses t on t.id = coalesce(s.reblog_of_id, s.id)
  where s.id = $2::bigint and {{visible(s, $1::bigint)}}
), gone as (
  delete from conversation_mutes m using target t
  where m.account_id = $1 and m.conversation_id = t.conversation_id
)
select id from target
