-- The newest (or next newer) statuses of a list ($2, of $1) between two ids. What is a reply to somebody
-- else is shown as the list's policy says, and never when it answers a stranger.
with list as (
  select id, replies_policy from lists where id = $2::bigint and account_id = $1::bigint
), members as (
  select m.account_id, f.shows_reblogs, f.languages
  from list join list_accounts m on m.list_id = list.id
  left join follows f on f.account_id = $1 and f.target_id = m.account_id
  where {{member(m, $1)}}
)
select s.id
from members m
cross join list
cross join lateral (
  select s.id from statuses s
  where s.account_id = m.account_id and s.deleted_at is null and s.visibility <> 'direct'
    and s.id < $3::bigint and s.id > $4::bigint
    and (s.reblog_of_id is null or coalesce(m.shows_reblogs, true))
    and (m.languages is null or s.language is null or s.language = any(m.languages))
    and (
      s.in_reply_to_account_id is null or s.in_reply_to_account_id in ($1, s.account_id)
      or (list.replies_policy = 'followed' and exists (
        select from follows r where r.account_id = $1 and r.target_id = s.in_reply_to_account_id))
      or (list.replies_policy = 'list' and s.in_reply_to_account_id in (select account_id from members))
    )
    and {{visible(s, $1)}} and {{wanted(s, $1)}}
  order by s.id /*older*/ desc
  limit $5
) s
order by s.id /*older*/ desc
limit $5
