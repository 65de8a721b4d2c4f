-- What passkeys know a user by, given with the first question about one.
update users u set passkey_handle = coalesce(u.passkey_handle, $2)
from accounts a where a.id = u.account_id and u.id = $1
returning u.passkey_handle, a.username
