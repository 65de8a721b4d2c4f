-- A user's e-mail address, whether a letter has shown that it is theirs, and the one that waits to be confirmed.
select email, email_proven_at is not null as is_proven, new_email from users where id = $1
