-- Log a browser out.
update sessions set revoked_at = now() where secret_sha256 = $1 and revoked_at is null returning id
