-- Whose the network is.
select id as user_id, account_id from users where role = 'owner'
