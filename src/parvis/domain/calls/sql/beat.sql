-- A browser is still there.
update calls set
  caller_until = case when caller_id = $1 then now() + interval '45 s' else caller_until end,
  callee_until = case when callee_id = $1 then now() + interval '45 s' else callee_until end
where id = $2 and state in ('ringing', 'talking')
  and (caller_id = $1 and caller_device = $3 or callee_id = $1 and callee_device = $3)
returning id
