-- What the gate asks of $1, whose featured hashtags are kept to this transaction until its end: the next
-- statement counts what others added meanwhile.
select {{standing($1::bigint)}} as standing, a.id from accounts a where a.id = $1 for no key update of a
