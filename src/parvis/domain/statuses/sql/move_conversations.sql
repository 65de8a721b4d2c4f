-- A direct status becomes the last of its exchange for everyone in it; unread for all but its author.
with status as (
  select id, account_id, conversation_id from statuses where id = $1
), party as (
  select account_id from status
  union select m.account_id from mentions m where m.status_id = $1
)
insert into account_conversations (account_id, conversation_id, participant_ids, last_status_id, is_unread)
select
  p.account_id, s.conversation_id,
  coalesce((select array_agg(o.account_id order by o.account_id) from party o where o.account_id <> p.account_id), '{}'),
  s.id, p.account_id <> s.account_id
from party p join accounts a on a.id = p.account_id and a.domain is null, status s
on conflict (account_id, conversation_id, participant_ids) do update
  set last_status_id = greatest(account_conversations.last_status_id, excluded.last_status_id),
      is_unread = excluded.is_unread
