-- Use up an authorization code for a token, unless it is used or too old already.
with used as (
  update authorization_codes set used_at = now()
  where code_sha256 = $3 and app_id = $2 and used_at is null and expires_at > now()
  returning user_id, scopes
)
insert into access_tokens (token_sha256, app_id, user_id, scopes, expires_at, code_sha256)
select $1, $2, user_id, scopes, $4, $3 from used
returning scopes, created_at
