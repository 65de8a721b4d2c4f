-- A host of a room that is held makes somebody who speaks in it louder or softer, the host included.
with room as (
  select r.id, r.account_id, r.account_id = $1 or exists (
           select from room_people p where p.room_id = r.id and p.account_id = $1 and p.role = 'cohost') as may
  from rooms r where r.id = $2 and r.state not in ('ended', 'published', 'deleted')
), guest as (
  update room_people p set gain_db = $4 from room
  where p.room_id = room.id and p.account_id = $3 and p.role in ('cohost', 'speaker') and room.may
  returning 1
), host as (
  update rooms r set host_gain_db = $4 from room
  where r.id = room.id and room.account_id = $3 and room.may
  returning 1
)
select room.may, exists (select from guest) or exists (select from host) as is_done
from (values (1)) always left join room on true
