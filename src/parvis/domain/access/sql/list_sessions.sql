-- A user's living sessions.
select id, user_agent, created_at, seen_at from sessions
where user_id = $1 and revoked_at is null and seen_at > now() - interval '180 days'
order by seen_at desc, id desc
