-- Drafts of $1, as an archive tells them: what was written, to what it answers, which status it changes, its
-- uploads.
select d.id, d.written, d.updated_at, coalesce(p.uri, '') as in_reply_to, coalesce(s.uri, '') as changes,
  (select coalesce(json_agg(json_build_object('id', m.id, 'key', m.original, 'content_type', m.content_type)
                            order by array_position(d.media_ids, m.id)), '[]')
   from media_attachments m
   where m.id = any(d.media_ids) and m.account_id = $1 and m.state = 'ready' and m.original is not null) as media
from drafts d
left join statuses p on p.id = (d.written->>'in_reply_to_id')::bigint
left join statuses s on s.id = (d.written->>'status_id')::bigint
where d.account_id = $1::bigint and {{unpublished(d)}}
order by d.id
