-- Deleted statuses are not found any more.
delete from status_search where status_id = any($1::bigint[])
