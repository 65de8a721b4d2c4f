-- What the gate asks of an account of this network before it publishes.
select
  a.username, a.is_locked, a.is_pulled, a.deleted_at is not null as is_deleted,
  a.suspended_at is not null as is_suspended, a.limited_at is not null as is_limited,
  a.sensitized_at is not null as is_sensitized, u.disabled_at is not null as is_disabled,
  u.confirmed_at is not null as is_confirmed, u.approved_at is not null as is_approved,
  u.default_visibility::text, u.default_sensitive, u.default_language
from accounts a join users u on u.account_id = a.id
where a.id = $1
