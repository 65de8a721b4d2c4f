-- Forget a bookmark, even of what one may no longer see.
delete from bookmarks
where account_id = $1::bigint
  and status_id = (select coalesce(s.reblog_of_id, s.id) from statuses s where s.id = $2::bigint)
