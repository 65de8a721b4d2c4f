-- Remove the media that were deleted with their statuses; answers what they kept in storage.
delete from media_attachments m using statuses s
where m.status_id = any($1::bigint[]) and s.id = m.status_id and s.deleted_at is not null
returning m.secret, m.original, m.preview
