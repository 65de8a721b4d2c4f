-- Who was called is in another call: they find that it was missed.
with before as (
  delete from calls c using calls n
  where n.id = $1 and c.caller_id = n.caller_id and c.callee_id = n.callee_id and c.state = 'missed'
), freed as (
  delete from call_lines where call_id = $1
)
update calls set state = 'missed', ends_at = now() + $2::interval where id = $1
