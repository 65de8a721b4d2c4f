-- A successor by its number alone ($2), among those that go on from a log ($1), as find_published has it.
with recursive chain as (
  select l.* from logs l where l.path = $1
  union all
  select l.* from chain join logs l on l.predecessor_id = chain.id
)
select id, origin, is_public, published_size, published, cosigned_size, cosigned
from chain where starts_with(path, $2 || '-')
