-- Cast a ballot if the poll is to be seen, is open, is not one's own, takes these choices and got none yet:
-- one statement decides and tells. The poll is held only against an edit of its options.
with poll as (
  select p.id, p.status_id, p.account_id = $1 as is_own, p.expires_at <= now() as is_over,
         cardinality($3::bigint[]) > 1 and not p.is_multiple as is_too_many,
         0 > any($3) or cardinality(p.options) <= any($3) as is_unknown
  from polls p join statuses s on s.id = p.status_id
  where p.id = $2::bigint and {{visible(s, $1::bigint)}}
  for key share of p
), came as (
  insert into ballots (poll_id, account_id, choices)
  select id, $1, $3::smallint[] from poll
  where not is_own and is_over is not true and not is_too_many and not is_unknown
  on conflict do nothing
  returning poll_id
), told as (
  insert into outbox (kind, payload, slots)
  select $4, jsonb_build_object('poll_id', p.id, 'status_id', p.status_id), $5::bigint[]
  from came join poll p on p.id = came.poll_id
)
select {{standing($1)}} as standing, p.status_id, p.is_own, p.is_over, p.is_too_many, p.is_unknown,
       exists (select from came) as is_cast,
       exists (select from ballots b where b.poll_id = $2 and b.account_id = $1) as is_voted
from (values (1)) always left join poll p on true
