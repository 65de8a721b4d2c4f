-- Whether this is a living token of another application.
select exists (
  select from access_tokens where token_sha256 = $1 and app_id <> $2 and revoked_at is null
)
