-- Which of the lists $1 show which of the statuses $2 to their owners now.
select l.id as list_id, l.account_id, s.id as status_id
from lists l
join list_accounts la on la.list_id = l.id
join statuses s on s.account_id = la.account_id and s.id = any($2::bigint[])
where l.id = any($1::bigint[]) and {{on_list(s, l)}}
