-- Who is no longer followed leaves the lists of who followed them: pairs of $1 (the owner) and $2.
delete from list_accounts m
using unnest($1::bigint[], $2::bigint[]) as told (account_id, target_id), lists l
where l.account_id = told.account_id and m.list_id = l.id and m.account_id = told.target_id
  and not exists (select from follows f where f.account_id = told.account_id and f.target_id = told.target_id)
