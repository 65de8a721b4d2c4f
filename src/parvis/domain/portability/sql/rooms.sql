-- Rooms that somebody hosted, and what they asked in any.
select coalesce(json_agg(told), '[]') from (
  select 'room' as what, r.id as room_id, r.title as text, r.access, r.starts_at as at, r.started_at, r.ended_at
  from rooms r where r.account_id = $1 and r.state <> 'deleted'
  union all
  select 'question', q.room_id, q.text, null, null, null, q.answered_at
  from room_questions q where q.account_id = $1 and q.removed_at is null
  order by room_id, what desc
) told
