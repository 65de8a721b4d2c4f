-- Pin a status of one's own while there is room (hold_pins went before).
with target as (
  select s.id, s.account_id <> $1 as is_foreign, s.visibility = 'direct' as is_direct,
         s.reblog_of_id is not null as is_reblog
  from statuses s where s.id = $2::bigint and {{visible(s, $1::bigint)}}
), came as (
  insert into status_pins (account_id, status_id)
  select $1, t.id from target t
  where not (t.is_foreign or t.is_direct or t.is_reblog)
    and (select count(*) from status_pins p where p.account_id = $1) < $3::int
  on conflict do nothing
  returning status_id
)
select {{standing($1)}} as standing, t.id as target_id, t.is_foreign, t.is_direct, t.is_reblog,
       exists (select from came)
       or exists (select from status_pins p where p.account_id = $1 and p.status_id = $2) as is_pinned
from (values (1)) always left join target t on true
