-- Add up what votes have added to the tallies of polls, and ballots that the release before cast; nobody ever
-- sees a sum in between.
with old as (
  update ballots set is_sequenced = true
  where poll_id = any($1::bigint[]) and not is_sequenced
  returning poll_id, choices
), added as (
  delete from poll_increments where poll_id = any($1) returning poll_id, tallies, voters
), fresh as (
  select poll_id, voters from added union all select poll_id, 1 from old
), voters as (
  select poll_id, sum(voters) as n from fresh group by 1
), chosen as (
  select poll_id, choice, sum(n) as n from (
    select a.poll_id, t.place - 1 as choice, t.n from added a, unnest(a.tallies) with ordinality t (n, place)
    union all
    select old.poll_id, choice, 1 from old, unnest(old.choices) choice
  ) one group by 1, 2
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
