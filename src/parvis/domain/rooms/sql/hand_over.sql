-- The host of a room that is held hands it to somebody who speaks in it.
with room as (
  select r.id, r.host_gain_db, r.account_id = $1 as may from rooms r where r.id = $2
), left_place as (
  delete from room_people p using room
  where p.room_id = room.id and p.account_id = $3 and p.role in ('cohost', 'speaker') and room.may
  returning p.room_id, p.gain_db
), handed as (
  update rooms r set account_id = $3, host_gain_db = left_place.gain_db from left_place where r.id = left_place.room_id returning r.id
), stays as (
  insert into room_people (room_id, account_id, role, gain_db)
  select room.id, $1, 'cohost', room.host_gain_db from handed join room using (id)
)
select room.may, exists (select from handed) as is_done from room
