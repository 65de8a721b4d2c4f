-- The account a decision is about, held until it is taken, beside the standing of who takes it.
select
  a.id, a.username, a.domain, a.suspended_at is not null as is_suspended, a.limited_at is not null as is_limited,
  a.sensitized_at is not null as is_sensitized, u.id as user_id, u.role::text as role,
  u.approved_at is not null as is_approved, u.disabled_at is not null as is_disabled,
  (
    select m.role::text from users m join accounts ma on ma.id = m.account_id
    where m.account_id = $2::bigint and m.disabled_at is null and ma.suspended_at is null and ma.deleted_at is null
  ) as moderator_role,
  $3::bigint is null or exists (select from reports r where r.id = $3 and r.target_id = a.id) as has_report
from accounts a left join users u on u.account_id = a.id
where a.id = $1 and a.deleted_at is null
for update of a
