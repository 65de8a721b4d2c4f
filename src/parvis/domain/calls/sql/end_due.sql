-- Calls that rang long enough, and those that a browser left without a word.
select id from calls
where state = 'ringing' and ends_at < now() or state = 'talking' and least(caller_until, callee_until) < now()
order by id limit 200
