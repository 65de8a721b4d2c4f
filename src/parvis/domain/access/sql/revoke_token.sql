-- End a token that belongs to this application.
update access_tokens set revoked_at = now()
where token_sha256 = $1 and app_id = $2 and revoked_at is null
returning id
