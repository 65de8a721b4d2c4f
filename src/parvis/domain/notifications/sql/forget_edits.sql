-- Earlier edits of statuses are no longer told of: the next one is.
delete from notifications where kind = 'update' and status_id = any($1::bigint[])
returning account_id
