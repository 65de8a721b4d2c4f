-- Some follows and requests of an account, and of others for it.
select account_id, target_id from follows where account_id = $1 or target_id = $1
union
select account_id, target_id from follow_requests where account_id = $1 or target_id = $1
limit $2
