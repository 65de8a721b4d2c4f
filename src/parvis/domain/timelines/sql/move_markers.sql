-- Where $1 stopped reading: timelines $2 at $3. $4 are the versions the reader knew; one that is no longer
-- the present one moves nothing, and its row is not answered. Null: whatever it is.
insert into markers (account_id, timeline, last_read_id)
select $1::bigint, t.timeline, t.last_read_id
from unnest($2::text[], $3::bigint[], $4::int[]) t (timeline, last_read_id, version)
where t.version is null
  or t.version = coalesce((select m.version from markers m where m.account_id = $1 and m.timeline = t.timeline), 0)
order by t.timeline
on conflict (account_id, timeline) do update set
  last_read_id = excluded.last_read_id, version = markers.version + 1, updated_at = now()
where coalesce(markers.version = ($4::int[])[array_position($2::text[], markers.timeline)], true)
returning timeline, last_read_id, version, updated_at
