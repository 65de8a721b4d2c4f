-- Count the ballots that are not counted yet into their polls' tallies (of a ranking the first choice); nobody
-- ever sees a sum in between.
with fresh as (
  update ballots set is_sequenced = true
  where poll_id = any($1::bigint[]) and not is_sequenced
  returning poll_id, choices
), voters as (
  select poll_id, count(*) as n from fresh group by 1
), chosen as (
  select f.poll_id, choice, count(*) as n
  from fresh f join polls p on p.id = f.poll_id
  cross join unnest(case when p.is_ranked then f.choices[1:1] else f.choices end) choice
  group by 1, 2
), turnout as (
  insert into poll_turnout (poll_id, counted_at, voters)
  select poll_id, date_bin(interval '10 minutes', now(), timestamptz 'epoch'), n from voters where n > 0
  on conflict (poll_id, counted_at) do update set voters = poll_turnout.voters + excluded.voters
)
update polls p
set voters = p.voters + v.n,
    tallies = (
      select array_agg(p.tallies[o] + coalesce(c.n, 0) order by o)
      from generate_subscripts(p.tallies, 1) o
      left join chosen c on c.poll_id = p.id and c.choice = o - 1
    )
from voters v
where p.id = v.poll_id
