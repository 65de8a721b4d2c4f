-- A log and those that go on from it, in their order, with what everybody may know of each.
with recursive chain as (
  select l.*, 0 as step from logs l where l.path = $1
  union all
  select l.*, chain.step + 1 from chain join logs l on l.predecessor_id = chain.id
)
select path, id, origin, is_public, published_size, published, cosigned_size, cosigned from chain order by step
