-- The password's hash of a user.
select password_hash from users where id = $1
