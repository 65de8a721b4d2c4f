-- Accounts have registered: tell those who admit people.
insert into notifications (account_id, kind, from_account_id)
select u.account_id, 'admin.sign_up', a.id
from accounts a cross join users u join accounts ua on ua.id = u.account_id
where a.id = any($1::bigint[]) and u.role <> 'member' and u.account_id <> a.id
  and ua.suspended_at is null and ua.deleted_at is null and u.disabled_at is null
on conflict do nothing
returning id, account_id
