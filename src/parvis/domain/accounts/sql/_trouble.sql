-- Why an account of this network may not publish, as the gate says it; '' nothing, null no such account. :row
-- is the account's id.
(
  select case
    when a.deleted_at is not null then 'deleted'
    when a.suspended_at is not null or u.disabled_at is not null then 'suspended'
    when u.confirmed_at is null then 'unconfirmed'
    when u.approved_at is null then 'unapproved'
    else ''
  end
  from accounts a join users u on u.account_id = a.id
  where a.id = :row
)
