-- Keep the code by which an application fetches what a person allowed.
insert into authorization_codes (code_sha256, app_id, user_id, redirect_uri, scopes, code_challenge, expires_at)
values ($1, $2, $3, $4, $5::text[], $6, $7)
