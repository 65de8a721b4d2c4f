-- Notifications of one about the other are gone when one blocks the other: pairs of $1 and $2.
delete from notifications n
using unnest($1::bigint[], $2::bigint[]) as told (account_id, target_id)
where (n.account_id = told.account_id and n.from_account_id = told.target_id)
   or (n.account_id = told.target_id and n.from_account_id = told.account_id)
