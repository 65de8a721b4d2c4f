-- Hold an open secret ballot while what waits in it is mixed, with its log, or the successor that took its place;
-- nothing when it is over, no secret ballot, or its log takes no more.
with recursive poll as (
  select id, status_id, log_id, hides_totals, is_ranked, cardinality(options) as options from polls
  where id = $1 and is_secret and closed_at is null for no key update
), chain as (
  select l.id, l.closed_at from poll join logs l on l.id = poll.log_id
  union all
  select l.id, l.closed_at from chain join logs l on l.predecessor_id = chain.id
)
select poll.id, poll.status_id, chain.id as log_id, poll.hides_totals, poll.is_ranked, poll.options
from poll join chain on chain.closed_at is null
