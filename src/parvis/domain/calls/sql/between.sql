-- The live calls between each two of these.
select c.id from calls c join unnest($1::bigint[], $2::bigint[]) as pair (one, other)
  on (c.caller_id, c.callee_id) in ((pair.one, pair.other), (pair.other, pair.one))
where c.state in ('ringing', 'talking')
