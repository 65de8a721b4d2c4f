-- Change a list of $1; null: unchanged.
update lists set title = coalesce($3::text, title), replies_policy = coalesce($4::text, replies_policy),
  is_exclusive = coalesce($5::boolean, is_exclusive)
where id = $2::bigint and account_id = $1::bigint
returning id, title, replies_policy, is_exclusive
