-- A new passkey, unless its id is known already.
insert into passkeys (user_id, credential_id, public_key, sign_count, name, transports)
values ($1, $2, $3, $4, $5, $6::text[])
on conflict do nothing
returning id
