-- Entries with a leaf hash in a log. Found part by part, as the index has them: one over all hashes would be
-- written at another place for each entry, which a log of millions does not survive. :row is the log, :viewer the hash.
(
  select e.position, e.entry, e.leaf
  from generate_series(0, :row.size >> 18) as part, lateral (
    select e.position, e.entry, e.leaf from log_entries e
    where e.log_id = :row.id and e.position >> 18 = part and substr(e.leaf, 1, 8) = substr(:viewer, 1, 8)
      and e.leaf = :viewer
  ) e
)
