-- A successor takes over what waited, what had its place and was not published, the secret of the pseudonyms, and
-- takes no more if the one before it did not. Who comes first is counted below what waits.
with linked as (
  update logs l set predecessor_id = p.id, secret = p.secret, closed_at = $4::timestamptz
  from logs p where l.id = $1 and p.id = $2
), unpublished as (
  insert into log_pending (log_id, id, is_shuffled, entry) overriding system value
  select $1, coalesce((select least(min(w.id), 1) from log_pending w where w.log_id = $2), 1) - (p.size - e.position),
         false, e.entry
  from logs p join log_entries e on e.log_id = p.id and e.position >= $3::bigint
  where p.id = $2
)
update log_pending set log_id = $1 where log_id = $2
