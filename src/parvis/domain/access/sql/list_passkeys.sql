-- A user's passkeys, the oldest first.
select id, name, created_at, used_at from passkeys where user_id = $1 order by id
