-- Rooms are blanked with everything written in them; their rows stay until their files are gone.
with rooms_gone as (
  update rooms set state = 'deleted', title = '', account_id = null, status_id = null, finished_at = null, recording_bytes = null
  where id = any($1::bigint[]) returning id
), people_gone as (
  delete from room_people where room_id = any($1::bigint[])
), votes_gone as (
  delete from room_question_votes where question_id in (select id from room_questions where room_id = any($1::bigint[]))
), questions_gone as (
  delete from room_questions where room_id = any($1::bigint[])
), reactions_gone as (
  delete from room_reactions where room_id = any($1::bigint[])
), captions_gone as (
  delete from room_captions where room_id = any($1::bigint[])
)
select count(*) from rooms_gone
