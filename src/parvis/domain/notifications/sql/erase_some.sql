-- Some notifications to an account and about it.
delete from notifications
where id in (select id from notifications where account_id = $1 or from_account_id = $1 limit $2)
returning account_id
