-- A new access token.
insert into access_tokens (token_sha256, app_id, user_id, scopes, expires_at)
values ($1, $2, $3, $4::text[], $5)
returning created_at
