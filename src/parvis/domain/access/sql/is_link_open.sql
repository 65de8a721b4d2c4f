-- Whether a link still works.
select exists (
  select from one_time_links
  where secret_sha256 = $1 and purpose = $2 and used_at is null and expires_at > now()
)
