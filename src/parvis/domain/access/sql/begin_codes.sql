-- A new secret for an authenticator app, unless one is in use; answers the user.
insert into code_generators (user_id, secret) values ($1, $2)
on conflict (user_id) do update set secret = excluded.secret, created_at = now()
where code_generators.confirmed_at is null
returning user_id
