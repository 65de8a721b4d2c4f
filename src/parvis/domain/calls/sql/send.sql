-- One browser tells the other something. Sent twice it is kept once.
with counted as (
  update calls set signals = signals + 1
  where id = $2 and state in ('ringing', 'talking') and signals < $6
    and (caller_id = $1 and caller_device = $3 or callee_id = $1 and callee_device = $3)
    and not exists (select from call_signals s where s.call_id = $2 and s.device = $3 and s.number = $4)
  returning id, signals, case when caller_id = $1 then callee_id else caller_id end as other_id
), sent as (
  insert into call_signals (call_id, place, account_id, device, number, body)
  select id, signals, $1, $3, $4, $5 from counted
  on conflict do nothing
)
select counted.other_id,
  exists (select from call_signals s where s.call_id = $2 and s.device = $3 and s.number = $4) as was_sent,
  c.signals >= $6 as is_full
from calls c left join counted on true
where c.id = $2 and (c.caller_id = $1 and c.caller_device = $3 or c.callee_id = $1 and c.callee_device = $3)
  and c.state in ('ringing', 'talking')
