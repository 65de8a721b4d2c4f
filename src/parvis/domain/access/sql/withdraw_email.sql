-- The address that a user asked for is wanted no more.
update users set new_email = null where id = $1
