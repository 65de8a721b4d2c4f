-- One call, or all, that somebody knows they missed.
delete from calls where callee_id = $1 and state = 'missed' and ($2::bigint is null or id = $2)
