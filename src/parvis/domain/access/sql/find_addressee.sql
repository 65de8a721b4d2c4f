-- Whom a letter is for, and the decision about them that it tells, if any.
select u.email, u.new_email, u.locale, a.username, u.confirmed_at is not null as is_confirmed, d.kind, d.reason,
       a.deleted_at is not null as is_deleted
from users u
join accounts a on a.id = u.account_id
left join decisions d on d.id = $2::bigint and d.target_id = a.id
where u.id = $1
