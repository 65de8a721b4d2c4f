-- Some favourites of an account.
select status_id from favourites where account_id = $1 order by id limit $2
