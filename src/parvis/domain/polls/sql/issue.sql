-- Put on record that an account gets the one token of a secret ballot, if that is to be seen, is open and not
-- one's own, and let the log say so. Held against closing as `vote` does. Who has one already gets no other.
with recursive seen as (
  select p.id, p.status_id, p.account_id = $1 as is_own, p.is_secret from polls p join statuses s on s.id = p.status_id
  where p.id = $2::bigint and {{visible(s, $1::bigint)}}
), poll as (
  select p.id, p.log_id from polls p
  where p.id = (select id from seen where is_secret) and p.closed_at is null
    and (p.expires_at is null or p.expires_at > now())
  for key share
), chain as (
  select l.id, l.closed_at from poll join logs l on l.id = poll.log_id
  union all
  select l.id, l.closed_at from chain join logs l on l.predecessor_id = chain.id
), log as (
  select id from chain where closed_at is null
), came as (
  insert into ballot_tokens (poll_id, voter, asked)
  select poll.id, $3::bytea, $4::bytea from poll cross join log cross join seen
  where not seen.is_own and $3 is not null
  on conflict do nothing
  returning poll_id
), logged as (
  insert into log_pending (log_id, is_shuffled, entry) select log.id, true, $5::bytea from came cross join log
)
select {{standing($1)}} as standing, seen.status_id, seen.is_own, seen.is_secret,
       p.id is null or $3 is null or not exists (select from log) as is_over,
       exists (select from came) as is_issued,
       (select asked from ballot_tokens t where t.poll_id = $2 and t.voter = $3) as asked
from (values (1)) always left join seen on true left join poll p on true
