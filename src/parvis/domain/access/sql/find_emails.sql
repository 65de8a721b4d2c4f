-- A user's e-mail address, and the one that waits to be confirmed.
select email, new_email from users where id = $1
