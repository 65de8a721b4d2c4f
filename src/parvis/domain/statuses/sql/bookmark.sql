-- Bookmark what a status shows; answers whether it is there to be seen.
with target as (
  select coalesce(s.reblog_of_id, s.id) as id
  from statuses s where s.id = $2::bigint and {{visible(s, $1::bigint)}}
), came as (
  insert into bookmarks (account_id, status_id) select $1, id from target
  on conflict do nothing
)
select id from target
