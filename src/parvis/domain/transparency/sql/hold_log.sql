-- Hold one log while its successor begins: there is one at most.
select id from logs where id = $1 for no key update
