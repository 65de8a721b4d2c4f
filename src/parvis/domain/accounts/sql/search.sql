-- Accounts whose name begins with $2 (folded; $3: as a pattern that begins so), or merely contains or
-- resembles it. $4: a beginning of the domain, null for any; $5: whether this network's begins so.
-- $6: only those whom $1 follows.
select a.id
from accounts a
left join account_counters c on c.account_id = a.id
left join follows f on f.account_id = $1::bigint and f.target_id = a.id
where (
    plain(a.username) like $3::text
    or (
      $4::text is null
      and (plain(a.username || ' ' || a.display_name) like '%' || $3
           or plain(a.username || ' ' || a.display_name) %> $2::text)
    )
  )
  and ($4 is null or a.domain like $4 || '%' or (a.domain is null and $5::boolean))
  and (not $6::boolean or f.id is not null)
  and a.moved_to_id is null
  and (a.limited_at is null or f.id is not null or plain(a.username) = $2 or a.id = $1)
  and {{present(a)}}
order by
  plain(a.username) = $2 desc, plain(a.username) like $3 desc, plain(a.display_name) like $3 desc,
  f.id is not null desc, word_similarity($2, plain(a.username || ' ' || a.display_name)) desc,
  coalesce(c.followers, 0) desc, a.id
limit $7 offset $8
