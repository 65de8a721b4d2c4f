-- How many lines each file of $1 has.
select
  (select count(*) from follows f join accounts a on a.id = f.target_id
   where f.account_id = $1::bigint and a.deleted_at is null) as follows,
  (select count(*) from lists l join list_accounts m on m.list_id = l.id join accounts a on a.id = m.account_id
   where l.account_id = $1 and {{member(m, $1)}} and a.deleted_at is null) as lists,
  (select count(*) from mutes m join accounts a on a.id = m.target_id
   where m.account_id = $1 and m.expires_at is null and a.deleted_at is null) as mutes,
  (select count(*) from blocks b join accounts a on a.id = b.target_id
   where b.account_id = $1 and a.deleted_at is null) as blocks,
  (select count(*) from account_domain_blocks d where d.account_id = $1) as domain_blocks,
  (select count(*) from bookmarks b join statuses s on s.id = b.status_id
   where b.account_id = $1 and {{visible(s, $1)}}) as bookmarks
