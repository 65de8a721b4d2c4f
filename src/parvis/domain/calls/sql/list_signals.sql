-- What the other browser of a call told this one, after a place.
select s.place, s.body from call_signals s
where s.call_id = $2 and s.account_id <> $1 and s.place > $3 order by s.place limit 100
