-- A user's new recovery codes.
insert into recovery_codes (user_id, code_sha256) select $1, unnest($2::bytea[])
