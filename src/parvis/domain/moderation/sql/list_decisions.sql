-- What was decided about an account, newest first.
select d.id, d.kind, d.reason, d.created_at, d.read_at, d.moderator_id, d.report_id, a.username as moderator
from decisions d left join accounts a on a.id = d.moderator_id
where d.target_id = $1
order by d.id desc
limit 100
