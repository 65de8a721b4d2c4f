-- Forget one of a user's passkeys.
delete from passkeys where user_id = $1 and id = $2 returning id
