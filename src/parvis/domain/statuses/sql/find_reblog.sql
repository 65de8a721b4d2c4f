-- An account's reblog of a status.
select id from statuses where account_id = $1 and reblog_of_id = $2 and deleted_at is null
