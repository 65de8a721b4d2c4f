-- Each of :row, a table of candidates, is told, once, unless they may not be.
insert into notifications (account_id, kind, from_account_id, status_id)
select c.account_id, c.kind, c.from_account_id, c.status_id
from :row c
where {{may_notify(c)}}
order by c.account_id
on conflict do nothing
returning id, account_id
