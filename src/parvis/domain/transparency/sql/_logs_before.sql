-- A log and those it goes on from: texts of what waited in one are beside its successor. :row is the log's id.
(
  with recursive chain as (
    select l.id, l.predecessor_id from logs l where l.id = :row
    union all
    select l.id, l.predecessor_id from chain join logs l on l.id = chain.predecessor_id
  )
  select id from chain
)
