-- Whether somebody may speak in a room now.
select r.state in ('open', 'live', 'paused') and a.id is not null and (r.account_id = $1 or exists (
         select from room_people p
         where p.room_id = r.id and p.account_id = $1 and p.role in ('cohost', 'speaker'))) as may
from rooms r join statuses s on s.id = r.status_id
left join accounts a on a.id = $1::bigint and {{present(a)}}
where r.id = $2 and r.state <> 'deleted' and {{visible(s, $1::bigint)}} and {{among(r, $1::bigint)}}
