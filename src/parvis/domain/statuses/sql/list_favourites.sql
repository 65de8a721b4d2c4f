-- What an account favourited, by the ids of its favourites.
select f.id, f.status_id
from favourites f join statuses s on s.id = f.status_id
where f.account_id = $1::bigint and {{visible(s, $1)}} and f.id < $2 and f.id > $3
order by f.id /*older*/ desc
limit $4
