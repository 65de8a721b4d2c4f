-- A call that is live ends: its lines are free, and what its browsers told each other is gone. One that rang and
-- was not taken is kept as missed, unless the callee mutes the caller.
with ended as (
  update calls set
    state = case when $3 <> 'over' then $3 when state = 'talking' then 'over' when is_silent then 'unanswered' else 'missed' end,
    ends_at = now() + case when $3 = 'over' and state = 'ringing' and not is_silent then $4::interval else $5::interval end
  where id = any($1) and state in ('ringing', 'talking') and ($2::bigint is null or $2 in (caller_id, callee_id))
    and (not $6 or state = 'ringing' and ends_at < now() or state = 'talking' and least(caller_until, callee_until) < now())
    and ($3 <> 'declined' or state = 'ringing' and callee_id = $2 and not is_silent)
  returning id, caller_id, callee_id, state
), freed as (
  delete from call_lines l using ended where l.call_id = ended.id
), wiped as (
  delete from call_signals s using ended where s.call_id = ended.id
), before as (
  delete from calls c using ended
  where ended.state = 'missed' and c.caller_id = ended.caller_id and c.callee_id = ended.callee_id
    and c.state = 'missed' and c.id <> ended.id
)
select id, caller_id, callee_id from ended
