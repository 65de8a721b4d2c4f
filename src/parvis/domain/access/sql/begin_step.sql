-- Something that a browser begins; of a secret that has one already it takes the place.
insert into log_in_steps (secret_sha256, user_id, challenge, expires_at) values ($1, $2, $3, $4)
on conflict (secret_sha256) do update
set user_id = excluded.user_id, challenge = excluded.challenge, expires_at = excluded.expires_at
