-- A host changes a room whose doors were not opened yet.
with held as (
  select r.id, r.status_id, s.account_id as author_id, r.account_id = $1 or exists (
           select from room_people p where p.room_id = r.id and p.account_id = $1 and p.role = 'cohost') as may
  from rooms r join statuses s on s.id = r.status_id
  where r.id = $2 and r.state <> 'deleted' and not r.is_call and {{visible(s, $1::bigint)}}
), changed as (
  update rooms r set title = $3, starts_at = $4, records = $5
  from held where r.id = held.id and held.may and r.state = 'scheduled'
  returning r.id
)
select {{standing($1::bigint)}} as standing, held.id, held.status_id, held.author_id, held.may, changed.id is not null as is_changed
from (values (1)) always left join held on true left join changed on true
