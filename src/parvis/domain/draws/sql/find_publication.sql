-- How far a frozen list is known: the checkpoint that holds its root, and whether the server log tells of the
-- checkpoint with this hash, and a witness has seen that. The draw's log is the one that goes on from the first.
with recursive chain as (
  select l.id, l.size, l.published, l.published_size from draws d join logs l on l.id = d.log_id
  where d.id = $3::bigint
  union all
  select l.id, l.size, l.published, l.published_size from chain join logs l on l.predecessor_id = chain.id
), told as (
  select e.position < l.published_size as is_published, e.position < l.cosigned_size as is_cosigned
  from logs l cross join lateral {{placed(l, $2::bytea)}} e
  where l.kind = 'server'
)
select (
         select l.published from chain l cross join lateral {{placed(l, $1::bytea)}} e
         where e.position < l.published_size limit 1
       ) as published,
       exists (select from told where is_published) as is_told,
       exists (select from told where is_cosigned) as is_witnessed
