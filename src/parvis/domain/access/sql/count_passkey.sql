-- A passkey signed, unless it did so meanwhile; answers it.
update passkeys set sign_count = $3, used_at = now() where id = $1 and sign_count = $2 returning id
