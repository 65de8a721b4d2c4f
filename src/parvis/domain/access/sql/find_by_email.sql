-- The user who has this e-mail address.
select u.id from users u join accounts a on a.id = u.account_id
where lower(u.email) = lower($1) and a.deleted_at is null
