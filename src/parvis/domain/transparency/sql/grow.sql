-- Logs are longer now, each from the size it was believed to have; answers how many.
with grown as (
  update logs l set size = g.size, subtrees = g.subtrees
  from unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::bytea[]) as g (id, before, size, subtrees)
  where l.id = g.id and l.size = g.before
  returning 1
)
select count(*) from grown
