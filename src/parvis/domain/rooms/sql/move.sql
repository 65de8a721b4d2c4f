-- A host moves a room on from the states that lead there; its sound begins to count when its doors open.
with held as (
  select r.id, r.state, r.status_id, s.account_id as author_id, r.account_id = $1 or exists (
           select from room_people p where p.room_id = r.id and p.account_id = $1 and p.role = 'cohost') as may
  from rooms r join statuses s on s.id = r.status_id
  where r.id = $2 and r.state <> 'deleted' and {{visible(s, $1::bigint)}} and {{among(r, $1::bigint)}}
  for update of r
), moved as (
  update rooms r set state = $4,
    epoch_ms = case when $4 = 'open' then $5::bigint else r.epoch_ms end,
    opened_at = case when $4 = 'open' then now() else r.opened_at end,
    started_at = case when $4 = 'live' then coalesce(r.started_at, now()) else r.started_at end,
    ended_at = case when $4 = 'ended' then coalesce(r.ended_at, now()) else r.ended_at end,
    listeners = case when $4 in ('ended', 'published') then 0 else r.listeners end
  from held where r.id = held.id and held.may and r.state = any($3::text[])
    and ($4 <> 'published' or r.recording_bytes > 0) and (not r.is_call or $4 = 'ended')
  returning r.id
)
select {{standing($1::bigint)}} as standing, held.id, held.state, held.status_id, held.author_id, held.may, moved.id is not null as is_moved
from (values (1)) always left join held on true left join moved on true
