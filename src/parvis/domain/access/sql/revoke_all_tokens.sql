-- End every token of a user but one.
update access_tokens set revoked_at = now()
where user_id = $1 and id <> $2 and revoked_at is null
returning id
