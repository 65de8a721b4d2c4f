-- End the tokens that a code gave.
update access_tokens set revoked_at = now()
where code_sha256 = $1 and revoked_at is null
returning id
