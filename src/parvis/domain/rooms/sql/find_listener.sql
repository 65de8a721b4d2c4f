-- Whether somebody may hear a room, and whether they are one of those its host knows: who speaks, or follows.
select r.id, r.access = 'public' or $1::bigint <> 0 as may,
       r.access = 'followers' or r.account_id = $1 or exists (
         select from room_people p
         where p.room_id = r.id and p.account_id = $1 and p.role in ('cohost', 'speaker', 'invited'))
       or exists (
         select from follows f where f.account_id = $1 and f.target_id = r.account_id) as is_known
from rooms r join statuses s on s.id = r.status_id
where r.id = $2 and r.state in ('open', 'live', 'paused', 'ended', 'published') and not r.is_call and {{visible(s, $1::bigint)}}
