-- A call as one of its two sees it.
select c.id, case when c.caller_id = $1 then c.callee_id else c.caller_id end as other_id, c.caller_id = $1 as is_caller,
  c.state, case when c.caller_id = $1 then c.caller_device else c.callee_device end as mine,
  case when c.caller_id = $1 then c.callee_device else c.caller_device end as theirs, c.created_at
from calls c
where c.id = $2 and (c.caller_id = $1 or c.callee_id = $1 and not c.is_silent)
