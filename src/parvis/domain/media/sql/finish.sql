-- An upload is processed. Answers nothing when it was removed or finished meanwhile.
update media_attachments
set state = 'ready', kind = $8, original = $2, preview = $3, content_type = $4, bytes = $5, meta = $6::jsonb || meta, blurhash = $7
where id = $1 and state = 'waiting'
returning id
