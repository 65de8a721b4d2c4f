-- Take the oldest entries of some logs out of the queue.
delete from log_pending p using (
  select id from log_pending where log_id = any($1::bigint[]) order by id limit $2
) oldest
where p.id = oldest.id
returning p.id, p.log_id, p.is_shuffled, p.entry
