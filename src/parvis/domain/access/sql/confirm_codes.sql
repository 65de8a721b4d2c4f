-- A user proved that their app makes the codes of this secret: codes are on. $3 is used up.
update code_generators set confirmed_at = now(), last_step = $3
where user_id = $1 and secret = $2 and confirmed_at is null
returning user_id
