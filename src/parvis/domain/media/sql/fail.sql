-- An upload cannot be processed, and why.
update media_attachments set state = 'failed', failure = $2 where id = $1 and state = 'waiting'
