-- Hold open polls whose statuses are deleted, or whose author is leaving, until nobody is voting in them.
select id from polls where closed_at is null and (status_id = any($1::bigint[]) or account_id = $2::bigint)
order by id for update
