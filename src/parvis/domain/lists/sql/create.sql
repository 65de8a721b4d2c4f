-- A new list of $1, who may have at most $5. Null: they have that many.
insert into lists (account_id, title, replies_policy, is_exclusive)
select $1::bigint, $2, $3, $4
where (select count(*) from lists l where l.account_id = $1) < $5::bigint
returning id, title, replies_policy, is_exclusive
