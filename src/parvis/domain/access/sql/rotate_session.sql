-- Another secret for a session that goes on.
update sessions set secret_sha256 = $2 where id = $1 and revoked_at is null returning id
