-- An upload that is not processed yet.
select secret, content_type, account_id from media_attachments where id = $1 and state = 'waiting'
