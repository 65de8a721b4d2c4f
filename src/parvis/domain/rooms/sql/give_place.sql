-- A host of a room that is held gives somebody another place, if they are where it leads from.
with room as (
  select r.id, r.state, r.is_call, r.account_id,
         r.account_id = $1 or not $6::boolean and exists (
           select from room_people p where p.room_id = r.id and p.account_id = $1 and p.role = 'cohost') as may,
         exists (select from accounts a where a.id = $3 and a.domain is null and {{present(a)}}) as is_there,
         coalesce((select p.role from room_people p where p.room_id = r.id and p.account_id = $3), '') as was
  from rooms r where r.id = $2
), seated as (
  insert into room_people (room_id, account_id, role)
  select room.id, $3, $5::text from room
  where may and is_there and account_id <> $3 and not (is_call and $5::text = 'invited') and was = any($4::text[])
    and state in ('scheduled', 'open', 'live', 'paused')
    and ($5::text <> 'speaker' or was = 'cohost' or (
      select count(*) from room_people p where p.room_id = room.id and p.role in ('cohost', 'speaker')) < $8::int)
    and (was <> '' or (select count(*) from room_people p where p.room_id = room.id) < $7::int)
  on conflict (room_id, account_id) do update set role = excluded.role, muted = false, since = now()
    where room_people.role = any($4::text[])
  returning 1
)
select room.state, room.may, room.is_there, exists (select from seated) as is_moved from room
