-- Whom a file of media may be served to: what of its status and uploader decides it.
select
  m.account_id, m.status_id, s.visibility::text,
  m.freed_at is not null or s.deleted_at is not null or a.suspended_at is not null or a.deleted_at is not null
    as is_withdrawn
from media_attachments m
join accounts a on a.id = m.account_id
left join statuses s on s.id = m.status_id
where m.secret = $1 and m.state = 'ready'
