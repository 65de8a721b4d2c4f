-- Calls that somebody missed, the newest first, of people they still meet.
select c.id, c.caller_id, c.created_at as at from calls c join accounts a on a.id = c.caller_id
where c.callee_id = $1 and c.state = 'missed' and c.ends_at > now() and not {{hidden(a, $1::bigint)}}
order by c.id desc limit 20
