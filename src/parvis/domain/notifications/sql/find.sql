-- Notifications by id, whosesoever they are.
select n.id, n.account_id, n.kind, n.from_account_id, n.status_id, n.report_id, n.created_at
from notifications n
where n.id = any($1::bigint[]) and {{still_told(n)}}
order by n.id
