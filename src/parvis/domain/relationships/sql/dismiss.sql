-- $1 does not want $2 suggested again.
insert into suggestion_dismissals (account_id, target_id)
select $1::bigint, a.id from accounts a where a.id = $2::bigint
on conflict do nothing
