-- Take the oldest entries of some logs out of the queue, so many of each.
delete from log_pending p using (
  select oldest.log_id, oldest.id
  from unnest($1::bigint[]) as l (id), lateral (
    select w.log_id, w.id from log_pending w where w.log_id = l.id order by w.id limit $2
  ) oldest
) due
where p.log_id = due.log_id and p.id = due.id
returning p.id, p.log_id, p.is_shuffled, p.entry
