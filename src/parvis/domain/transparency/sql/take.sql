-- Take the oldest entries of some logs out of the queue, so many of each. They are found by where they lie: joined
-- with the queue again, they cost a thousand times as much whenever statistics were made of an empty one.
delete from log_pending p
where p.log_id = any($1::bigint[]) and p.ctid = any(array(
  select oldest.ctid from unnest($1) as l (id), lateral (
    select w.ctid from log_pending w where w.log_id = l.id order by w.id limit $2
  ) oldest
))
returning p.id, p.log_id, p.is_shuffled, p.entry
