-- Who of this network wants to be found by search engines, the youngest accounts first.
select a.username, c.last_status_at
from accounts a left join account_counters c on c.account_id = a.id
where a.domain is null and a.is_indexable and a.is_discoverable and a.limited_at is null
  and a.suspended_at is null and a.moved_to_id is null and coalesce(c.statuses, 0) > 0 and {{present(a)}}
order by a.id desc
limit $1
