-- No call of somebody who left is known any more.
delete from calls where $1::bigint in (caller_id, callee_id)
