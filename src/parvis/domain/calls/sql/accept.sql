-- Whoever is rung answers; the first of their browsers does.
with accepted as (
  update calls set state = 'talking', ends_at = 'infinity',
    caller_until = now() + interval '45 s', callee_until = now() + interval '45 s'
  where id = $2 and callee_id = $1 and state = 'ringing' and not is_silent and ends_at > now()
  returning id, caller_id
)
select {{standing($1::bigint)}} as standing, c.id, c.state, accepted.caller_id
from (values (1)) always left join calls c on c.id = $2 and c.callee_id = $1 and not c.is_silent
left join accepted on true
