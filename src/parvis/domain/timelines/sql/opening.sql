-- Where an account's page opens: what it pinned, the last pinned first, then the latest it published, without
-- replies to others and direct ones.
with pinned as materialized (
  select s.id, p.id as pin_id
  from status_pins p join statuses s on s.id = p.status_id
  where p.account_id = $2::bigint and {{visible(s, $1::bigint)}}
)
select pinned.id, pinned.pin_id from pinned
union all
(
  select s.id, null
  from statuses s
  where s.account_id = $2 and s.deleted_at is null
    and (s.in_reply_to_id is null or s.in_reply_to_account_id = s.account_id)
    and s.visibility <> 'direct'
    and {{met_on_page(s, $1)}}
    and s.id not in (select id from pinned)
  order by s.id desc
  limit $3
)
order by pin_id desc nulls last, id desc
