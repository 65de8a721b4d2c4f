-- Close a report; by whom stays as it was when it is closed already. The same words are another report then.
update reports set
  resolved_at = coalesce(resolved_at, now()),
  resolved_by_id = case when resolved_at is null then $2::bigint else resolved_by_id end,
  updated_at = now(), said_sha256 = null
where id = $1
returning id
