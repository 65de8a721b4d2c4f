-- Logs with something to place or to publish: the server log, or all others, in turn from after one of them.
with recursive waiting as (
  (select log_id from log_pending order by log_id limit 1)
  union all -- from log to log, however much waits in each
  select (select p.log_id from log_pending p where p.log_id > w.log_id order by p.log_id limit 1)
  from waiting w where w.log_id is not null
), found as (
  select log_id as id from waiting union select id from logs where published_size < size
)
select l.id from found join logs l on l.id = found.id
where (l.kind = 'server') = $1 and l.halted is null
order by l.id <= $2, l.id limit $3
