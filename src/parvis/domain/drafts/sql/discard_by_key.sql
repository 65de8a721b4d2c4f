-- Discard the draft that $1 keeps under a key.
update drafts set deleted_at = now() where account_id = $1::bigint and key = $2 and deleted_at is null
