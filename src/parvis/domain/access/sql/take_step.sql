-- End what a browser began, if it is not too old.
delete from log_in_steps where secret_sha256 = $1 and expires_at > now() returning user_id, challenge
