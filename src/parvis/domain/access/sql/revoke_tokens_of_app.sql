-- End every token by which an application acts for a user.
update access_tokens set revoked_at = now()
where user_id = $1 and app_id = $2 and revoked_at is null
returning id
