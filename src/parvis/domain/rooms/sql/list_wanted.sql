-- What is wanted of the rooms that a keeper keeps.
select r.id, r.state, r.epoch_ms, r.records, r.is_call, r.access, r.title, coalesce(r.language, '') as language,
  (select value #>> '{}' from network_settings where key = 'rooms_lanes') as lanes,
  exists (select from accounts h where h.id = r.account_id and {{present(h)}}) as is_hosted, (
    select coalesce(json_object_agg(a.id, json_build_object(
      'name', coalesce(nullif(a.display_name, ''), a.username), 'muted', coalesce(p.muted, false),
      'gain', round(10 ^ (coalesce(p.gain_db, r.host_gain_db) / 20.0), 3))), '{}')
    from accounts a
    left join room_people p on p.room_id = r.id and p.account_id = a.id
    where (a.id = r.account_id or p.role in ('cohost', 'speaker')) and {{present(a)}}
  ) as speakers, (
    select coalesce(json_agg(c order by c.from_ms, c.id), '[]') from (
      select c.id, c.from_ms, c.to_ms, c.text from room_captions c
      where c.room_id = r.id order by c.from_ms desc, c.id desc limit $2) c
  ) as lines, (
    select coalesce(json_agg(json_build_array(greatest(0, (extract(epoch from q.taken_at) * 1000)::bigint - r.epoch_ms),
      left(q.text, 120)) order by q.taken_at), '[]')
    from room_questions q where q.room_id = r.id and q.removed_at is null and q.taken_at is not null
  ) as chapters
from rooms r
where r.kept_by = $1 and (r.epoch_ms is not null or r.state = 'deleted')
  and (r.state in ('open', 'live', 'paused', 'deleted') or r.state = 'ended' and r.finished_at is null)
order by r.id
