-- Where a user registered and whether their e-mail address is confirmed; locked until it is decided.
select created_by_app_id, confirmed_at is not null as is_confirmed from users where id = $1 for update
