-- The logins of browser sessions; each has every scope a person has.
select
  s.secret_sha256 as digest, s.id as token_id, s.user_id, u.account_id, null::bigint as app_id,
  '{read,write,follow,push,profile}'::text[] as scopes, null::timestamptz as expires_at, u.role::text, u.locale,
  u.default_visibility::text, u.default_sensitive, u.default_language, u.preferences,
  case
    when a.suspended_at is not null or a.deleted_at is not null then 'suspended'
    when u.disabled_at is not null then 'disabled'
    when u.confirmed_at is null then 'unconfirmed'
    when u.approved_at is null then 'unapproved'
  end as trouble,
  u.preferences -> 'home_hides' as home_hides
from sessions s
join users u on u.id = s.user_id
join accounts a on a.id = u.account_id
where s.secret_sha256 = any($1::bytea[]) and s.revoked_at is null and s.seen_at > now() - interval '180 days'
