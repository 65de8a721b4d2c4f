-- Whom $1 might like to follow: discoverable accounts that those they follow follow, then the most
-- followed ones. Nobody they know already, hide, or dismissed. $3: only so many follows are looked at.
with mine as (
  select target_id from follows where account_id = $1::bigint order by id desc limit $3::int
), friends as (
  select f.target_id as id, count(*) as friends
  from mine join accounts m on m.id = mine.target_id and not m.hides_collections
  join follows f on f.account_id = mine.target_id
  group by f.target_id order by count(*) desc limit 400
), popular as (
  select c.account_id as id from account_counters c where c.followers > 0 order by c.followers desc limit 400
)
select a.id, coalesce(f.friends, 0) as friends
from (select id from friends union select id from popular) candidate
join accounts a on a.id = candidate.id
left join friends f on f.id = a.id
left join account_counters c on c.account_id = a.id
where a.id <> $1 and a.is_discoverable and a.limited_at is null and a.moved_to_id is null
  and {{present(a)}} and not {{hidden(a, $1)}}
  and not exists (select from follows x where x.account_id = $1 and x.target_id = a.id)
  and not exists (select from follow_requests x where x.account_id = $1 and x.target_id = a.id)
  and not exists (select from suggestion_dismissals x where x.account_id = $1 and x.target_id = a.id)
  and not exists (select from account_domain_blocks x where x.account_id = $1 and x.domain = a.domain)
  and not exists (select from mutes x where x.account_id = $1 and x.target_id = a.id
                  and (x.expires_at is null or x.expires_at > now()))
order by coalesce(f.friends, 0) desc, coalesce(c.followers, 0) desc, a.id
limit $2
