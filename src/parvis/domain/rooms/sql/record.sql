-- A host says whether a room that is not over is recorded.
with held as (
  select r.id, r.account_id = $1 or exists (
           select from room_people p where p.room_id = r.id and p.account_id = $1 and p.role = 'cohost') as may
  from rooms r join statuses s on s.id = r.status_id
  where r.id = $2 and r.state <> 'deleted' and not r.is_call and {{visible(s, $1::bigint)}}
), set_so as (
  update rooms r set records = $3
  from held where r.id = held.id and held.may and r.state in ('scheduled', 'open', 'live', 'paused')
  returning r.id
)
select {{standing($1::bigint)}} as standing, held.id, held.may, set_so.id is not null as is_set
from (values (1)) always left join held on true left join set_so on true
