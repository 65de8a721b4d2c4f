-- Count a reaction in a room whose doors are open, of somebody who may act.
with held as (
  select r.id, r.state, exists (select from accounts a where a.id = $1 and {{present(a)}}) as is_present
  from rooms r join statuses s on s.id = r.status_id
  where r.id = $2 and r.state <> 'deleted' and not r.is_call and {{visible(s, $1::bigint)}}
), counted as (
  insert into room_reactions as c (room_id, name, count)
  select held.id, $3, 1 from held where held.is_present and held.state in ('open', 'live', 'paused')
  on conflict (room_id, name) do update set count = c.count + 1
  returning 1
)
select held.is_present, exists (select from counted) as is_counted from held
