-- The secret that a user was shown within the hour and has not proven.
select secret from code_generators
where user_id = $1 and confirmed_at is null and created_at > now() - interval '1 hour'
