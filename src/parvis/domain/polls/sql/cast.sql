-- Cast many ballots at once, each if its poll is to be seen, is open, is not the voter's own, takes the choices
-- and got none of this voter yet; append them to their polls' logs, add them up, tell it. Answers what became of
-- each. Polls are held against an edit and against closing, so that no ballot comes after the last entry; one
-- that is over is not held, so that voting on cannot put its closing off. Ballots come in one order everywhere,
-- so that two such statements with the same voters never wait for each other in a ring.
with recursive said as materialized (
  select v.* from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bytea[], $5::bytea[], $6::bytea[])
    with ordinality as v (poll_id, account_id, choices, voter, entry, commitment, number)
), asked as materialized (
  select p.id, p.status_id, p.account_id, p.is_secret from polls p where p.id = any($7::bigint[])
), poll as materialized (
  select p.id, p.log_id, p.hides_totals, p.is_multiple, p.is_ranked, p.is_changeable, cardinality(p.options) as options
  from polls p
  where p.id = any($7) and not p.is_secret and p.closed_at is null and (p.expires_at is null or p.expires_at > now())
  order by p.id for key share
), chain as (
  select poll.id as poll_id, l.id, l.origin, l.closed_at from poll join logs l on l.id = poll.log_id
  union all
  select chain.poll_id, l.id, l.origin, l.closed_at from chain join logs l on l.predecessor_id = chain.id
), log as materialized (
  select poll_id, id, origin from chain where closed_at is null
), judged as materialized (
  select v.number, v.poll_id, v.account_id, c.choices, v.voter, v.entry, v.commitment, t.trouble,
         case
           when t.trouble is distinct from '' then 'trouble'
           when s.id is null then 'not there'
           when a.is_secret then 'secret'
           when a.account_id = v.account_id then 'own'
           when p.id is null then 'over'
           when 0 > any(c.choices) or p.options <= any(c.choices) then 'unknown'
           when cardinality(c.choices) > 1 and not p.is_multiple then 'too many'
           when p.log_id is not null and (v.entry is null or log.id is null or (v.commitment is not null) <> p.hides_totals)
             then 'changed'
         end as why_not
  from said v
  cross join lateral (select v.choices::smallint[] as choices) c
  cross join lateral (select {{trouble(v.account_id)}} as trouble offset 0) t -- asked once
  left join asked a on a.id = v.poll_id
  left join statuses s on s.id = a.status_id and {{visible(s, v.account_id)}}
  left join poll p on p.id = a.id
  left join log on log.poll_id = p.id
), came as (
  insert into ballots (poll_id, account_id, choices, voter, commitment, is_sequenced)
  select poll_id, account_id, choices, voter, commitment, true from judged where why_not is null
  order by poll_id, account_id
  on conflict do nothing
  returning poll_id, account_id, choices
), logged as (
  insert into log_pending (log_id, is_shuffled, entry)
  select log.id, true, j.entry from judged j join log using (poll_id)
  where coalesce((j.poll_id, j.account_id) in (select poll_id, account_id from came), false) -- hashed, not row by row
), sealed as (
  insert into log_openings (commitment, log_id, salt, text)
  select j.commitment, log.id, o.salt, o.text
  from unnest($8::bigint[], $9::bytea[], $10::text[]) as o (number, salt, text)
  join judged j using (number) join came using (poll_id, account_id) join log using (poll_id)
), voters as (
  select poll_id, count(*) as n from came group by 1
), chosen as (
  select came.poll_id, choice, count(*) as n -- of a ranking the first choice
  from came join poll on poll.id = came.poll_id
  cross join unnest(case when poll.is_ranked then came.choices[1:1] else came.choices end) choice
  group by 1, 2
), added as (
  insert into poll_increments (poll_id, tallies, voters)
  select v.poll_id, (
           select array_agg(coalesce(c.n, 0) order by o)
           from generate_series(0, p.options - 1) o left join chosen c on c.poll_id = v.poll_id and c.choice = o
         ), v.n
  from voters v join poll p on p.id = v.poll_id
), told as (
  insert into outbox (kind, payload, slots)
  select $11, jsonb_build_object('poll_id', a.id, 'status_id', a.status_id), $12::bigint[]
  from voters v join asked a on a.id = v.poll_id
)
select j.trouble, j.why_not, came.poll_id is not null as is_cast, log.origin, poll.is_changeable
from judged j left join came using (poll_id, account_id) left join log using (poll_id)
left join poll on poll.id = j.poll_id
order by j.number
