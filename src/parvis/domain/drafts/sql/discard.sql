-- Discard a draft of $1; a day later it is swept.
update drafts set deleted_at = coalesce(deleted_at, now()) where account_id = $1::bigint and id = $2::bigint
returning id
