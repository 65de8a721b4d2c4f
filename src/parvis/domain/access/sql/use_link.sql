-- Use a link up; answers whose it is, 0 for nobody's.
update one_time_links set used_at = now()
where secret_sha256 = $1 and purpose = $2 and used_at is null and expires_at > now()
returning coalesce(user_id, 0)
