-- Ask something in a room that is not over; the same words again of the same person change nothing.
with held as (
  select r.id, r.state from rooms r join statuses s on s.id = r.status_id
  where r.id = $2 and r.state <> 'deleted' and not r.is_call and {{visible(s, $1::bigint)}}
), own as (
  select q.text from room_questions q, held
  where q.room_id = held.id and q.account_id = $1 and q.answered_at is null and q.removed_at is null
), asked as (
  insert into room_questions (room_id, account_id, text, votes)
  select held.id, $1, $3, 1 from held
  where held.state in ('scheduled', 'open', 'live', 'paused')
    and (select count(*) from own) < $4::int and not exists (select from own where text = $3)
  returning id
), wanted as (
  insert into room_question_votes (question_id, account_id) select id, $1 from asked
)
select {{standing($1::bigint)}} as standing, held.id, held.state, exists (select from asked) as is_asked,
       exists (select from own where text = $3) as is_there
from (values (1)) always left join held on true
