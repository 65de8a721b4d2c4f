-- Put on record that accounts get the one token of secret ballots, each if the poll is to be seen, is open and not
-- one's own, and let the logs say so. Answers what became of each. Polls are held against closing as `cast` does.
-- Who has a token already gets no other: `asked` says what it was given for.
with recursive said as materialized (
  select v.* from unnest($1::int[], $2::bigint[], $3::bigint[], $4::bytea[], $5::bytea[], $6::bytea[])
    as v (number, poll_id, account_id, voter, asked, entry)
), seen as materialized (
  select p.id, p.status_id, p.account_id, p.is_secret from polls p where p.id = any($7::bigint[])
), poll as materialized (
  select p.id, p.log_id from polls p
  where p.id = any($7) and p.is_secret and p.closed_at is null and (p.expires_at is null or p.expires_at > now())
  order by p.id for key share
), chain as (
  select poll.id as poll_id, l.id, l.closed_at from poll join logs l on l.id = poll.log_id
  union all
  select chain.poll_id, l.id, l.closed_at from chain join logs l on l.predecessor_id = chain.id
), log as materialized (
  select poll_id, id from chain where closed_at is null
), judged as materialized (
  select v.*, t.trouble,
         case
           when t.trouble is distinct from '' then 'trouble'
           when s.id is null then 'not there'
           when not a.is_secret then 'not secret'
           when a.account_id = v.account_id then 'own'
           when p.id is null or log.id is null or v.voter is null then 'over'
         end as why_not
  from said v
  cross join lateral (select {{trouble(v.account_id)}} as trouble offset 0) t -- asked once
  left join seen a on a.id = v.poll_id
  left join statuses s on s.id = a.status_id and {{visible(s, v.account_id)}}
  left join poll p on p.id = a.id
  left join log on log.poll_id = p.id
), came as (
  insert into ballot_tokens (poll_id, voter, asked)
  select poll_id, voter, asked from judged where why_not is null order by poll_id, voter
  on conflict do nothing
  returning poll_id, voter
), logged as (
  insert into log_pending (log_id, is_shuffled, entry)
  select log.id, true, j.entry from judged j join came using (poll_id, voter) join log using (poll_id)
), counted as (
  insert into ballot_token_counts as c (poll_id, shard, tokens)
  select poll_id, pg_backend_pid() % 16, count(*) from came group by poll_id order by poll_id
  on conflict (poll_id, shard) do update set tokens = c.tokens + excluded.tokens
)
select j.number, j.trouble, j.why_not, came.poll_id is not null as is_issued,
       (select t.asked from ballot_tokens t where t.poll_id = j.poll_id and t.voter = j.voter) as asked
from judged j left join came using (poll_id, voter)
order by j.number
