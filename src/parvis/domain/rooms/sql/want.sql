-- Somebody wants an answer to a question.
with held as (
  select r.id, r.state, q.id as question_id from rooms r join statuses s on s.id = r.status_id
  left join room_questions q on q.id = $3 and q.room_id = r.id and q.removed_at is null
  where r.id = $2 and r.state <> 'deleted' and not r.is_call and {{visible(s, $1::bigint)}}
), wanted as (
  insert into room_question_votes (question_id, account_id)
  select question_id, $1 from held
  where question_id is not null and state in ('scheduled', 'open', 'live', 'paused')
  on conflict do nothing returning question_id
), counted as (
  update room_questions q set votes = q.votes + 1 from wanted where q.id = wanted.question_id returning q.id
)
select {{standing($1::bigint)}} as standing, held.id, held.state, held.question_id is not null as is_there,
       exists (select from counted) as is_counted
from (values (1)) always left join held on true
