-- The browser in which somebody has the call, from now on. The one before learns that it is another.
update calls set
  caller_device = case when caller_id = $1 then $3 else caller_device end,
  callee_device = case when callee_id = $1 then $3 else callee_device end,
  caller_until = case when caller_id = $1 then now() + interval '45 s' else caller_until end,
  callee_until = case when callee_id = $1 then now() + interval '45 s' else callee_until end
where id = $2 and (state = 'talking' and callee_id = $1 or state in ('ringing', 'talking') and caller_id = $1)
returning caller_id, callee_id
