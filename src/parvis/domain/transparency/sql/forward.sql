-- What was appended to a log just as its successor took its place waits in the successor from now on.
update log_pending w set log_id = l.id
from logs l
where l.predecessor_id is not null and w.log_id = l.predecessor_id
