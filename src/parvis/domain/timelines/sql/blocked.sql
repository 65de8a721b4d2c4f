-- Which of the accounts $1 which of the authors $2 have blocked.
select b.target_id as account_id, b.account_id as author_id
from blocks b
where b.target_id = any($1::bigint[]) and b.account_id = any($2::bigint[])
