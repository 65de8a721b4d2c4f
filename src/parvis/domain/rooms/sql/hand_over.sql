-- The host of a room that is held hands it to somebody who speaks in it.
with room as (
  select r.id, r.account_id = $1 as may from rooms r where r.id = $2
), left_place as (
  delete from room_people p using room
  where p.room_id = room.id and p.account_id = $3 and p.role in ('cohost', 'speaker') and room.may
  returning p.room_id
), handed as (
  update rooms r set account_id = $3 from left_place where r.id = left_place.room_id returning r.id
), stays as (
  insert into room_people (room_id, account_id, role) select id, $1, 'cohost' from handed
)
select room.may, exists (select from handed) as is_done from room
