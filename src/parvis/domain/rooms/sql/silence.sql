-- A host of a room that is held turns a speaker's microphone off or on.
with room as (
  select r.id, r.account_id = $1 or exists (
           select from room_people p where p.room_id = r.id and p.account_id = $1 and p.role = 'cohost') as may
  from rooms r where r.id = $2
), done as (
  update room_people p set muted = $4 from room
  where p.room_id = room.id and p.account_id = $3 and p.role in ('cohost', 'speaker') and room.may
  returning 1
)
select room.may, exists (select from done) as is_done from room
