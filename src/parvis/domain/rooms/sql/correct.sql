-- A host puts a line of what was said right; an empty one goes.
with held as (
  select r.id, r.account_id = $1 or exists (
           select from room_people p where p.room_id = r.id and p.account_id = $1 and p.role = 'cohost') as may
  from rooms r join statuses s on s.id = r.status_id
  where r.id = $2 and r.state <> 'deleted' and not r.is_call and {{visible(s, $1::bigint)}}
), put_right as (
  update room_captions c set text = $4 from held
  where c.id = $3 and c.room_id = held.id and held.may and $4 <> '' returning c.id
), gone as (
  delete from room_captions c using held
  where c.id = $3 and c.room_id = held.id and held.may and $4 = '' returning c.id
)
select {{standing($1::bigint)}} as standing, held.id, held.may,
       exists (select from put_right) or exists (select from gone) as is_done
from (values (1)) always left join held on true
