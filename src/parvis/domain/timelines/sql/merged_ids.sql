-- Whose statuses are merged into the home of $1 when it is read.
select coalesce(array_agg(f.target_id), '{}')
from follows f join accounts a on a.id = f.target_id and a.is_pulled
where f.account_id = $1::bigint
