-- A room's process has ended: what it recorded is published, if there is anything.
update rooms set finished_at = now(), recording_bytes = $3, kept_by = null, listeners = 0,
  state = case when coalesce($3::bigint, 0) > 0 then 'published' else state end
where id = $2 and kept_by = $1 and state = 'ended' and finished_at is null
returning id, status_id, (select s.account_id from statuses s where s.id = rooms.status_id) as author_id
