-- The same password hashed with today's parameters, unless it was changed meanwhile.
update users set password_hash = $3 where id = $1 and password_hash = $2
