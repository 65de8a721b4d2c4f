-- Whose password is known in this browser.
select user_id from log_in_steps where secret_sha256 = $1 and user_id is not null and expires_at > now()
