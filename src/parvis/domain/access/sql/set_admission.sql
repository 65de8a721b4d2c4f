-- Disable or enable a person's log-in, or approve their sign-up; null leaves a thing as it is.
update users set
  disabled_at = case $2::boolean when true then coalesce(disabled_at, now()) when false then null else disabled_at end,
  approved_at = case when $3::boolean then coalesce(approved_at, now()) else approved_at end
where id = $1
