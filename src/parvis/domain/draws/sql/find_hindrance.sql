-- Which of a draw's rules ($3 days, $4 followers only, its list) do not let an account in.
select $3::int = 0 or a.created_at <= $5::timestamptz - $3 * interval '1 day' as is_old,
       not $4::boolean or exists (
         select from follows f where f.account_id = a.id and f.target_id = d.account_id
       ) as follows,
       d.list_id is null or exists (
         select from list_accounts m where m.list_id = d.list_id and m.account_id = a.id
       ) as is_listed
from draws d join accounts a on a.id = $1
where d.id = $2
