-- Log a user's browsers out, but for one.
update sessions set revoked_at = now() where user_id = $1 and id <> $2 and revoked_at is null returning id
