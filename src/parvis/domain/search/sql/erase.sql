-- Words of an account's statuses are found no more.
delete from status_search where account_id = $1
