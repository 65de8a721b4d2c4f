-- What the person of an import (:row is a row of imports) has of its kind and its file does not name. A mute
-- with an end is in no file, and so is a bookmark of what can no longer be seen: they stay.
(
  select f.target_id as id, null::bigint as list_id, null::text as domain
  from follows f join accounts a on a.id = f.target_id
  where :row.kind = 'follows' and f.account_id = :row.account_id and not exists (
    select from import_rows r
    where r.import_id = :row.id and r.username = lower(a.username) and r.domain = coalesce(a.domain, ''))
  union all
  select b.target_id, null, null
  from blocks b join accounts a on a.id = b.target_id
  where :row.kind = 'blocks' and b.account_id = :row.account_id and not exists (
    select from import_rows r
    where r.import_id = :row.id and r.username = lower(a.username) and r.domain = coalesce(a.domain, ''))
  union all
  select m.target_id, null, null
  from mutes m join accounts a on a.id = m.target_id
  where :row.kind = 'mutes' and m.account_id = :row.account_id and m.expires_at is null and not exists (
    select from import_rows r
    where r.import_id = :row.id and r.username = lower(a.username) and r.domain = coalesce(a.domain, ''))
  union all
  select null, null, d.domain
  from account_domain_blocks d
  where :row.kind = 'domain_blocks' and d.account_id = :row.account_id and not exists (
    select from import_rows r where r.import_id = :row.id and r.domain = d.domain)
  union all
  select b.status_id, null, null
  from bookmarks b join statuses s on s.id = b.status_id
  where :row.kind = 'bookmarks' and b.account_id = :row.account_id and {{visible(s, :row.account_id)}} and not exists (
    select from import_rows r where r.import_id = :row.id and r.uri = s.uri)
  union all
  select null, l.id, null
  from lists l
  where :row.kind = 'lists' and l.account_id = :row.account_id and not exists (
    select from import_rows r where r.import_id = :row.id and r.list = l.title)
  union all
  select m.account_id, l.id, null
  from lists l join list_accounts m on m.list_id = l.id join accounts a on a.id = m.account_id
  where :row.kind = 'lists' and l.account_id = :row.account_id
    and exists (select from import_rows r where r.import_id = :row.id and r.list = l.title)
    and not exists (
      select from import_rows r where r.import_id = :row.id and r.list = l.title
        and r.username = lower(a.username) and r.domain = coalesce(a.domain, ''))
)
