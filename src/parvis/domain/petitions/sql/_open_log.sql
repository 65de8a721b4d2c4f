-- The log of a petition that takes entries now: its own, or the successor that took its place. :row is the
-- petition's log_id.
(
  with recursive chain as (
    select l.id, l.closed_at from logs l where l.id = :row
    union all
    select l.id, l.closed_at from chain join logs l on l.predecessor_id = chain.id
  )
  select id from chain where closed_at is null limit 1
)
