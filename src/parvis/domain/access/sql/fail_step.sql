-- Count a wrong code; the last one allowed ends the step.
update log_in_steps
set attempts = attempts + 1, expires_at = case when attempts + 1 >= $2 then now() else expires_at end
where secret_sha256 = $1
