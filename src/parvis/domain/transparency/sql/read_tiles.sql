-- Rows of the tree, 256 hashes side by side: of entries (level 0) or of subtrees.
select t.level, t.number, string_agg(h.hash, ''::bytea order by h.position) as hashes
from unnest($2::smallint[], $3::bigint[]) as t (level, number), lateral (
  select e.position, e.leaf as hash from log_entries e
  where t.level = 0 and e.log_id = $1 and e.position >= t.number * 256 and e.position < (t.number + 1) * 256
  union all
  select n.position, n.hash from log_nodes n
  where t.level > 0 and n.log_id = $1 and n.level = t.level
    and n.position >= t.number * 256 and n.position < (t.number + 1) * 256
) h
group by 1, 2
