-- Where an entry of this hash is published: in a log, or in one that it goes on from or that goes on from it. With
-- what everybody may know of that log.
with recursive before as (
  select id, predecessor_id from logs where id = $1
  union all
  select l.id, l.predecessor_id from before join logs l on l.id = before.predecessor_id
), chain as (
  select id from before where predecessor_id is null
  union all
  select l.id from chain join logs l on l.predecessor_id = chain.id
)
select e.position, e.entry, l.id, l.origin, l.is_public, l.published_size as size, l.published as checkpoint,
       l.cosigned_size, l.cosigned
from chain join logs l using (id) cross join lateral {{placed(l, $2::bytea)}} e
where e.position < l.published_size
order by l.id = $1 desc, l.id, e.position limit 1
