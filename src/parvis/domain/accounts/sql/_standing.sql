-- What the gate asks of an account of this network before it publishes. :row is the account's id.
(
  select json_build_object(
    'account_id', a.id, 'username', a.username, 'is_deleted', a.deleted_at is not null,
    'is_suspended', a.suspended_at is not null, 'is_limited', a.limited_at is not null,
    'is_sensitized', a.sensitized_at is not null, 'is_locked', a.is_locked, 'is_pulled', a.is_pulled,
    'is_disabled', u.disabled_at is not null, 'is_confirmed', u.confirmed_at is not null,
    'is_approved', u.approved_at is not null, 'default_visibility', u.default_visibility,
    'default_sensitive', u.default_sensitive, 'default_language', u.default_language
  )
  from accounts a join users u on u.account_id = a.id
  where a.id = :row
)
