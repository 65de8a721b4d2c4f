-- Add up what votes have added to the tallies of polls, and ballots that the release before cast (of a ranking the
-- first choice); nobody ever sees a sum in between.
with old as (
  update ballots b set is_sequenced = true from polls p
  where b.poll_id = any($1::bigint[]) and not b.is_sequenced and p.id = b.poll_id
  returning b.poll_id, case when p.is_ranked then b.choices[1:1] else b.choices end as choices
), added as (
  delete from poll_increments where poll_id = any($1) returning poll_id, tallies, voters
), fresh as (
  select poll_id, voters from added union all select poll_id, 1 from old
), voters as (
  select poll_id, sum(voters)::bigint as n from fresh group by 1
), chosen as (
  select poll_id, choice, sum(n)::bigint as n from (
    select a.poll_id, t.place - 1 as choice, t.n from added a, unnest(a.tallies) with ordinality t (n, place)
    union all
    select old.poll_id, choice, 1 from old, unnest(old.choices) choice
  ) one group by 1, 2
), turnout as (
  insert into poll_turnout (poll_id, counted_at, voters)
  select v.poll_id, date_bin(interval '10 minutes', now(), timestamptz 'epoch'), v.n
  from voters v join polls p on p.id = v.poll_id where v.n > 0
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
