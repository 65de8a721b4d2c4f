-- The user's e-mail address is theirs.
update users set confirmed_at = coalesce(confirmed_at, now()), email_proven_at = coalesce(email_proven_at, now())
where id = $1
