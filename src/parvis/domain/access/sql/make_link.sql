-- A link that works once; older ones for the same purpose and person end.
with ended as (
  update one_time_links set expires_at = now()
  where purpose = $2 and user_id is not distinct from $3 and used_at is null and expires_at > now()
)
insert into one_time_links (secret_sha256, purpose, user_id, expires_at) values ($1, $2, $3, $4)
