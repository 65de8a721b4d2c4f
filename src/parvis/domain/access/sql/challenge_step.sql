-- Ask the passkeys of somebody whose password is known; answers whose.
update log_in_steps set challenge = $2
where secret_sha256 = $1 and user_id is not null and expires_at > now()
returning user_id
