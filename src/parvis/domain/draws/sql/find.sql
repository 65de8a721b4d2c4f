-- A draw, its log, whether its author is somebody people may meet, and how many are in.
select d.id, d.account_id, d.status_id, d.log_id, l.path as log_path, d.method, d.title, d.prizes, d.manifest,
       d.list_id, d.stage, d.cancelled_at, d.cancelled_why, d.closed_at, d.created_at,
       {{present(a)}} as is_present,
       (select count(*) from draw_entrants e where e.draw_id = d.id and e.left_in is null) as entrants
from draws d join logs l on l.id = d.log_id join accounts a on a.id = d.account_id
where d.id = $1
