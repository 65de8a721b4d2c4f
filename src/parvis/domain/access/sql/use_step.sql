-- Use up the code of one half minute, and those before it: none works twice.
update code_generators set last_step = $2
where user_id = $1 and confirmed_at is not null and last_step < $2
returning user_id
