-- The petition that a status announces.
select id from petitions where status_id = $1
