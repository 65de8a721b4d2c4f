-- What was appended to a log just as its successor took its place waits in the successor from now on. Found from
-- log to log: neither what waits in each nor all successors are read through.
with recursive waiting as (
  (select log_id from log_pending order by log_id limit 1)
  union all
  select (select p.log_id from log_pending p where p.log_id > w.log_id order by p.log_id limit 1)
  from waiting w where w.log_id is not null
)
update log_pending w set log_id = l.id
from logs l
where l.predecessor_id = w.log_id and w.log_id = any(array(
  select n.predecessor_id from waiting join logs n on n.predecessor_id = waiting.log_id
))
