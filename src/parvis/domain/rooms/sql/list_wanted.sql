-- What is wanted of the rooms that a keeper keeps.
select r.id, r.state, r.epoch_ms, r.records, r.access,
  (select value #>> '{}' from network_settings where key = 'rooms_lanes') as lanes,
  exists (select from accounts h where h.id = r.account_id and {{present(h)}}) as is_hosted, (
    select coalesce(json_object_agg(a.id, json_build_object(
      'name', coalesce(nullif(a.display_name, ''), a.username), 'muted', coalesce(p.muted, false),
      'gain', round(10 ^ (coalesce(p.gain_db, r.host_gain_db) / 20.0), 3))), '{}')
    from accounts a
    left join room_people p on p.room_id = r.id and p.account_id = a.id
    where (a.id = r.account_id or p.role in ('cohost', 'speaker')) and {{present(a)}}
  ) as speakers
from rooms r
where r.kept_by = $1 and (r.epoch_ms is not null or r.state = 'deleted')
  and (r.state in ('open', 'live', 'paused', 'deleted') or r.state = 'ended' and r.finished_at is null)
order by r.id
