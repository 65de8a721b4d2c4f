-- What voters said of themselves in polls of deleted statuses: nobody will count it.
delete from declarations d using polls p where p.id = d.poll_id and p.status_id = any($1::bigint[])
