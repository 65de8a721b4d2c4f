-- Have a discarded draft of $1 back.
update drafts set deleted_at = null where account_id = $1::bigint and id = $2::bigint
returning id
