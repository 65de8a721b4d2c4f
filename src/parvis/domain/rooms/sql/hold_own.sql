-- Rooms that somebody hosts, or announced; held.
select r.id from rooms r left join statuses s on s.id = r.status_id
where r.state <> 'deleted' and (r.account_id = $1 or s.account_id = $1)
order by r.id limit 100 for update of r
