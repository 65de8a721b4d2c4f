-- Accounts $1 block $2: what either was told of the other is forgotten, also when they unblock.
delete from notifications n
using unnest($1::bigint[], $2::bigint[]) as t (account_id, target_id)
where (n.account_id = t.account_id and n.from_account_id = t.target_id)
   or (n.account_id = t.target_id and n.from_account_id = t.account_id)
returning n.account_id
