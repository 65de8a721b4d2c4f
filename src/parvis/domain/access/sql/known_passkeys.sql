-- What browsers are told and asked about a user's passkeys.
select credential_id, public_key, sign_count, transports from passkeys where user_id = $1 order by id
