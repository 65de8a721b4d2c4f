-- Which accounts of this network still wait to be confirmed or approved.
select account_id from users
where account_id = any($1::bigint[]) and (confirmed_at is null or approved_at is null)
