-- What a call of several needs: an id, the one that this key made before, how many the host has, who the named are
-- and which of them take calls of the host.
select next_id() as id,
       (select r.id from idempotency_keys k join rooms r on r.status_id = k.status_id
        where k.account_id = $1 and k.key = $2) as room_id,
       (select count(*) from rooms r where r.account_id = $1 and r.is_call and r.state = 'live') as own,
       named.ids, named.names, named.takers
from (
  select coalesce(array_agg(a.id), '{}') as ids, coalesce(array_agg(lower(a.username)), '{}') as names,
         coalesce(array_agg(lower(a.username)) filter (where {{callable(a, $1::bigint)}}), '{}') as takers
  from accounts a where a.domain is null and a.id <> $1 and lower(a.username) = any($3::text[]) and {{present(a)}}
) named
