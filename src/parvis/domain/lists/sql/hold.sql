-- Keep $1's lists to this transaction until its end: the next statement counts what others made meanwhile.
select id from accounts where id = $1::bigint for no key update
