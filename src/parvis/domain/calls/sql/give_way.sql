-- A call that could not begin goes; answers the one that these two are in, if they are.
with gone as (
  delete from calls where id = $1
)
select l.call_id from call_lines l join calls c on c.id = l.call_id
where l.account_id = $2 and $3 in (c.caller_id, c.callee_id)
