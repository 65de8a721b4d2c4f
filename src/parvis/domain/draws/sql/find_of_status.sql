-- The draw that a status announces.
select id from draws where status_id = $1
