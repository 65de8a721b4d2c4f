-- The logins of access tokens.
select
  t.token_sha256 as digest, t.id as token_id, t.user_id, u.account_id, t.app_id, t.scopes, t.expires_at, u.role::text, u.locale,
  case
    when a.suspended_at is not null or a.deleted_at is not null then 'suspended'
    when u.disabled_at is not null then 'disabled'
    when u.id is not null and u.confirmed_at is null then 'unconfirmed'
    when u.id is not null and u.approved_at is null then 'unapproved'
  end as trouble,
  u.preferences -> 'home_hides' as home_hides
from access_tokens t
left join users u on u.id = t.user_id
left join accounts a on a.id = u.account_id
where t.token_sha256 = any($1::bytea[]) and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())
