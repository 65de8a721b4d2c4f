-- What $1 favourited and may still see, after the favourite $2.
select f.id, s.uri
from favourites f join statuses s on s.id = f.status_id
where f.account_id = $1::bigint and {{visible(s, $1)}} and f.id > $2::bigint
order by f.id limit $3
