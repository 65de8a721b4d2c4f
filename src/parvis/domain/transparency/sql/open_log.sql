-- Begin a log with its first entry, which the server log tells of; null when there is one of this path.
with made as (
  insert into logs (path, origin, kind, is_public, secret, size, subtrees)
  values ($1, $2, $3, $4, $5, 1, $6) on conflict do nothing
  returning id
), first as (
  insert into log_entries (log_id, position, leaf, entry) select id, 0, $6, $7 from made
), told as (
  insert into log_pending (log_id, is_shuffled, entry)
  select s.id, false, $8::bytea from made, logs s
  where s.kind = 'server' and s.closed_at is null and $8::bytea is not null
)
select id from made
