-- The secret of the codes that are on for a user.
select secret from code_generators where user_id = $1 and confirmed_at is not null
