-- An authorization code of this application.
select redirect_uri, code_challenge, used_at is not null as is_used, expires_at <= now() as is_expired
from authorization_codes where code_sha256 = $1 and app_id = $2
