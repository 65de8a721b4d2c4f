-- What was appended to a log just as its successor took its place waits in the successor from now on. Logs with a
-- successor are few: the queue is not read through for them.
update log_pending w set log_id = l.id
from logs l
where l.predecessor_id = w.log_id and w.log_id = any(array(
  select predecessor_id from logs where predecessor_id is not null
))
