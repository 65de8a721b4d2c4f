-- What somebody was and asked in rooms of others is gone; what they wrote down of them stays, without their name.
with places as (
  delete from room_people where account_id = $1 returning room_id
), votes as (
  delete from room_question_votes where account_id = $1 returning question_id
), counted as (
  update room_questions q set votes = q.votes - 1 from votes
  where q.id = votes.question_id and q.account_id is distinct from $1 returning q.room_id
), asked as (
  update room_questions q set account_id = null, text = '', removed_at = now() where q.account_id = $1 returning q.room_id
), written as (
  update room_captions set account_id = null where account_id = $1
)
select room_id from places union select room_id from counted union select room_id from asked
