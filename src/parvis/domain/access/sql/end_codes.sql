-- Use up a user's authorization codes that gave nothing yet: those of one application, or (null) all.
update authorization_codes set used_at = now()
where user_id = $1 and ($2::bigint is null or app_id = $2) and used_at is null and expires_at > now()
returning app_id
