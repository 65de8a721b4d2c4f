-- A browser's log-in.
insert into sessions (secret_sha256, user_id, user_agent) values ($1, $2, $3)
