-- A media attachment of its uploader's, as they see it.
select {{own_media_json(m)}} as media
from media_attachments m where m.id = $2 and m.account_id = $1
