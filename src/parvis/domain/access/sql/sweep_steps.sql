-- Forget what browsers began and did not end.
delete from log_in_steps where expires_at < now()
