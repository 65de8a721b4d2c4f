-- Remove a media attachment of one's own that no status shows; answers what it kept in storage.
delete from media_attachments
where id = $2 and account_id = $1 and status_id is null
returning secret, original, preview
