-- Some statuses of an account.
select id from statuses where account_id = $1 and deleted_at is null order by id desc limit $2
