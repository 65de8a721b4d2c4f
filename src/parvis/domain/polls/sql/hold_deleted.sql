-- Hold open polls whose statuses are deleted, until nobody is voting in them.
select id, is_secret from polls where closed_at is null and status_id = any($1::bigint[]) order by id for update
