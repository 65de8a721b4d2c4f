-- Reports $2, as each of the accounts $1 who are staff now may read them.
select t.account_id as reader_id, r.id, r.account_id, r.target_id, r.status_ids, r.rule_ids, r.category, r.comment,
       r.is_forwarded, r.created_at, r.resolved_at
from unnest($1::bigint[], $2::bigint[]) as t (account_id, report_id)
join users u on u.account_id = t.account_id and u.role <> 'member'
join reports r on r.id = t.report_id
