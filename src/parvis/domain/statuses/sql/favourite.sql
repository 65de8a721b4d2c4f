-- Favourite what a status shows, once: the counter moves only when the favourite came.
with target as (
  select t.id, exists (select from blocks b where b.account_id = $1 and b.target_id = t.account_id) as is_blocked
  from statuses s join statuses t on t.id = coalesce(s.reblog_of_id, s.id)
  where s.id = $2::bigint and {{visible(s, $1::bigint)}}
), came as (
  insert into favourites (account_id, status_id)
  select $1, id from target where not is_blocked
  on conflict do nothing
  returning status_id
), counted as (
  insert into status_counters (status_id, favourites) select status_id, 1 from came
  on conflict (status_id) do update set favourites = status_counters.favourites + 1
), told as (
  insert into outbox (kind, payload, slots)
  select $3, jsonb_build_object('status_id', status_id, 'account_id', $1::bigint), $4::bigint[] from came
)
select {{standing($1)}} as standing, t.id as target_id, t.is_blocked, exists (select from came) as is_new
from (values (1)) always left join target t on true
