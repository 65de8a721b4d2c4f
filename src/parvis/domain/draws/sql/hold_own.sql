-- A draw of somebody who leaves that still has a list open; held.
select d.id, d.log_id from draws d
where d.account_id = $1 and d.cancelled_at is null and d.closed_at is null and d.stage <= d.drawings
order by d.id limit 1 for update
