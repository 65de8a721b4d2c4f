-- The rounds of a ranked poll that is closed.
update polls set outcome = $2 where id = $1
