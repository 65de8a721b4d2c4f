-- Take media off statuses that were deleted: shown no more, free to be published again for a day.
update media_attachments m set status_id = null, detached_at = now()
from statuses s
where m.status_id = any($1::bigint[]) and s.id = m.status_id and s.deleted_at is not null
