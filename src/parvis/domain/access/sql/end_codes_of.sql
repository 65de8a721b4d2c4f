-- Switch a user's one-time codes off.
delete from code_generators where user_id = $1 and confirmed_at is not null returning user_id
