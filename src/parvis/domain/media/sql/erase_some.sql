-- Some media of an account, whatever shows them; answers what they kept in storage.
delete from media_attachments
where id in (select id from media_attachments where account_id = $1 limit $2)
returning secret, original, preview
