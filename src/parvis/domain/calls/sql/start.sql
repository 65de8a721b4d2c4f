-- Ring, if the callee takes calls of this caller. Of two who are in a call already, that call.
with found as (
  select a.id, {{callable(a, $1::bigint)}} as may, exists (
    select from mutes m
    where m.account_id = a.id and m.target_id = $1 and (m.expires_at is null or m.expires_at > now())) as is_silent
  from accounts a where a.id = $2
), had as (
  select c.id from call_lines l join calls c on c.id = l.call_id
  where l.account_id = $1 and $2 in (c.caller_id, c.callee_id)
), started as (
  insert into calls (caller_id, callee_id, state, is_silent)
  select $1, found.id, 'ringing', found.is_silent from found
  where found.may and not exists (select from had)
  returning id, is_silent
)
select {{standing($1::bigint)}} as standing, had.id as had, started.id, started.is_silent
from (values (1)) always left join had on true left join started on true
