-- Hold a room that somebody may see.
with held as (
  select r.id from rooms r join statuses s on s.id = r.status_id
  where r.id = $2 and r.state <> 'deleted' and {{visible(s, $1::bigint)}} and {{among(r, $1::bigint)}} for update of r
)
select {{standing($1::bigint)}} as standing, held.id from (values (1)) always left join held on true
