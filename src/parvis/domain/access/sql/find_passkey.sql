-- A passkey by what its maker calls it, with what it knows its user by.
select p.id, p.user_id, p.public_key, p.sign_count, u.passkey_handle
from passkeys p join users u on u.id = p.user_id
where p.credential_id = $1
