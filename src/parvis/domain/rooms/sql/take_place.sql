-- Somebody takes another place in a room, if they are where it leads from; $5 marks a hand, which needs open doors.
with held as (
  select r.id, r.state, r.account_id, coalesce(p.role, case when r.account_id = $1 then 'host' else '' end) as was
  from rooms r join statuses s on s.id = r.status_id
  left join room_people p on p.room_id = r.id and p.account_id = $1
  where r.id = $2 and r.state <> 'deleted' and {{visible(s, $1::bigint)}} and {{among(r, $1::bigint)}}
), able as (
  select held.* from held
  where was = any($3::text[])
    and (state in ('open', 'live', 'paused') or state = 'scheduled' and not $5::boolean)
    and ($4::text is distinct from 'speaker' or (
      select count(*) from room_people p where p.room_id = held.id and p.role in ('cohost', 'speaker')) < $7::int)
    and (not $5::boolean or (select count(*) from room_people p where p.room_id = held.id) < $6::int)
), seated as (
  insert into room_people as p (room_id, account_id, role)
  select able.id, $1, $4::text from able where $4::text is not null
  on conflict (room_id, account_id) do update set role = excluded.role, muted = false, since = now()
    where p.role = any($3::text[])
  returning 1
), gone as (
  delete from room_people p using able
  where $4::text is null and p.room_id = able.id and p.account_id = $1 and p.role = any($3::text[])
  returning 1
)
select {{standing($1::bigint)}} as standing, held.id, held.state, held.was,
       exists (select from seated) or exists (select from gone) as is_moved
from (values (1)) always left join held on true
