-- A user's recovery codes are good no more.
delete from recovery_codes where user_id = $1
