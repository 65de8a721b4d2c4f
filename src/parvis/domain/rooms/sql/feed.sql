-- A host writes down what was said: in a span, or just now and after the line before.
with held as (
  select r.id, r.state, r.epoch_ms, r.account_id = $1 or exists (
           select from room_people p where p.room_id = r.id and p.account_id = $1 and p.role = 'cohost') as may
  from rooms r join statuses s on s.id = r.status_id
  where r.id = $2 and r.state <> 'deleted' and not r.is_call and {{visible(s, $1::bigint)}}
), span as (
  select held.id,
         coalesce($4::int, least($6::bigint - held.epoch_ms - 1, greatest($6::bigint - held.epoch_ms - $7::int, 0, (
           select max(c.to_ms) from room_captions c where c.room_id = held.id))))::int as from_ms,
         coalesce($5::int, $6::bigint - held.epoch_ms)::int as to_ms
  from held
  where held.may and held.epoch_ms is not null and (held.state in ('open', 'live', 'paused') or $4::int is not null)
    and (select count(*) from room_captions c where c.room_id = held.id) < $8::int
), fed as (
  insert into room_captions (room_id, account_id, from_ms, to_ms, text)
  select span.id, $1, greatest(span.from_ms, 0), greatest(span.to_ms, 1), $3 from span
  returning id
)
select {{standing($1::bigint)}} as standing, held.id, held.may, exists (select from fed) as is_fed
from (values (1)) always left join held on true
