-- Hold the open polls of an account, until nobody is voting in them.
select id, is_secret from polls where closed_at is null and account_id = $1 order by id for update
