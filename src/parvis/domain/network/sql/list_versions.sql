-- What a document said, the newest first.
select v.id, v.key, v.text, v.created_at, a.username as author
from document_versions v left join accounts a on a.id = v.account_id
where v.key = $1
order by v.id desc
limit 50
