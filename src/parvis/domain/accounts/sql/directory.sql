-- Accounts that want to be found, as $1 may meet them: the lately active or ($3) the new ones first.
select a.id
from accounts a left join account_counters c on c.account_id = a.id
where a.is_discoverable and a.limited_at is null and a.moved_to_id is null
  and (not $2::boolean or a.domain is null)
  and {{present(a)}} and not {{hidden(a, $1::bigint)}}
  and not exists (select from mutes m where m.account_id = $1 and m.target_id = a.id
                  and (m.expires_at is null or m.expires_at > now()))
order by case when not $3::boolean then c.last_status_at end desc nulls last, a.id desc
limit $4 offset $5
