-- The live calls of somebody who left.
select id from calls where state in ('ringing', 'talking') and $1::bigint in (caller_id, callee_id)
