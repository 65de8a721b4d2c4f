-- One's own ballot in an open poll where votes can be changed, both held; the log, or the successor that took its
-- place. Nothing of it: the poll is over.
with recursive held as materialized (
  select p.id, p.status_id, p.log_id as first_log_id, p.hides_totals, p.is_ranked, cardinality(p.options) as options,
         b.choices, b.voter, b.commitment, b.replaces, b.is_sequenced
  from polls p join ballots b on b.poll_id = p.id and b.account_id = $1::bigint
  where p.id = $2::bigint and p.is_changeable and p.closed_at is null and (p.expires_at is null or p.expires_at > now())
  for key share of p for update of b
), chain as (
  select l.id, l.origin, l.secret, l.closed_at from held join logs l on l.id = held.first_log_id
  union all
  select l.id, l.origin, l.secret, l.closed_at from chain join logs l on l.predecessor_id = chain.id
)
select {{standing($1)}} as standing, held.*, chain.id as log_id, chain.origin, chain.secret
from (values (1)) always left join held on true left join chain on chain.closed_at is null
