-- Exchanges whose last status is gone go back to the one before among the same people, or end.
with stale as (
  select c.id, c.account_id, (
    select s.id from statuses s
    where s.conversation_id = c.conversation_id and s.visibility = 'direct' and s.deleted_at is null
      and s.id < c.last_status_id
      and array(
        select p.id from (
          select s.account_id as id union select m.account_id from mentions m where m.status_id = s.id
        ) p where p.id <> c.account_id order by p.id
      ) = c.participant_ids
    order by s.id desc limit 1
  ) as before_id
  from account_conversations c
  where c.last_status_id = any($1::bigint[])
), ended as (
  delete from account_conversations c using stale where c.id = stale.id and stale.before_id is null
), moved as (
  update account_conversations c set last_status_id = stale.before_id
  from stale where c.id = stale.id and stale.before_id is not null
  returning c.id, c.account_id
)
select id, account_id from moved
