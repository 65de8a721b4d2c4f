-- Suspend, limit or sensitise an account, or undo it; null leaves a thing as it is.
update accounts set
  suspended_at = case $2::boolean when true then coalesce(suspended_at, now()) when false then null else suspended_at end,
  limited_at = case $3::boolean when true then coalesce(limited_at, now()) when false then null else limited_at end,
  sensitized_at = case $4::boolean when true then coalesce(sensitized_at, now()) when false then null else sensitized_at end
where id = $1
