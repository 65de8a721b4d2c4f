-- Keep $1's drafts to this transaction until its end: the next statement counts what others kept meanwhile.
select id from accounts where id = $1::bigint for no key update
