-- Public statuses since $1 of people who want to be found, by what others made of them.
select s.id
from statuses s
join accounts a on a.id = s.account_id
join status_counters c on c.status_id = s.id
where s.id > $1::bigint and s.visibility = 'public' and s.reblog_of_id is null and s.in_reply_to_id is null
  and not s.is_sensitive and a.is_discoverable and a.limited_at is null
  and c.favourites + c.reblogs > 0 and {{visible_alone(s, 0)}}
order by c.favourites + c.reblogs desc, s.id desc
limit 100
