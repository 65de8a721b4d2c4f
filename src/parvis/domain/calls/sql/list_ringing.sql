-- Who is rung now.
select callee_id, id, caller_id, ends_at from calls where state = 'ringing' and not is_silent and ends_at > now()
