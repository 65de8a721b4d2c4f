-- Reports were made: tell those who act on them.
insert into notifications (account_id, kind, from_account_id, report_id)
select u.account_id, 'admin.report', r.account_id, r.id
from reports r cross join users u join accounts ua on ua.id = u.account_id
where r.id = any($1::bigint[]) and u.role <> 'member' and u.account_id <> r.account_id
  and ua.suspended_at is null and ua.deleted_at is null and u.disabled_at is null
on conflict do nothing
returning id, account_id
