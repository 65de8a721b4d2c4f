-- What scheduling needs: an id, the room that this key made before, how many rooms the host has, who the named are.
select next_id() as id,
       (select r.id from idempotency_keys k join rooms r on r.status_id = k.status_id
        where k.account_id = $1 and k.key = $2) as room_id,
       (select count(*) from rooms r where r.account_id = $1 and r.state in ('scheduled', 'open', 'live', 'paused')) as own,
       named.ids, named.names
from (select coalesce(array_agg(a.id), '{}') as ids, coalesce(array_agg(lower(a.username)), '{}') as names
      from accounts a where a.domain is null and lower(a.username) = any($3::text[]) and {{present(a)}}) named
