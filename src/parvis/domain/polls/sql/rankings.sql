-- How often each ranking was given in ranked polls (held), with those whose voters were erased.
select r.poll_id, r.choices, sum(r.ballots)::bigint as ballots
from (
  select poll_id, choices, count(*) as ballots from ballots where poll_id = any($1::bigint[]) group by 1, 2
  union all
  select poll_id, choices, ballots from erased_rankings where poll_id = any($1)
  union all
  select poll_id, choices, count(*) from secret_ballots where poll_id = any($1) and is_counted group by 1, 2
) r group by 1, 2
