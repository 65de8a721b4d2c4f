-- A user wants another e-mail address; it waits to be confirmed. Answers nothing when it is theirs already.
update users set new_email = $2 where id = $1 and lower(email) <> lower($2) returning id
