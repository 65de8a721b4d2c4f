-- What a document said at one time.
select v.id, v.key, v.text, v.created_at, a.username as author
from document_versions v left join accounts a on a.id = v.account_id
where v.id = $1
