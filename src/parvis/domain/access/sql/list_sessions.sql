-- A user's living sessions.
select id, user_agent, created_at, seen_at from sessions
where user_id = $1 and revoked_at is null
order by seen_at desc, id desc
