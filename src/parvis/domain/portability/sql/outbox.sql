-- What $1 wrote and shared, after the status $2, with all that an archive says of it.
select s.id, s.uri, s.url, s.text, s.content, s.spoiler_text, s.visibility::text, s.is_sensitive, s.language,
  s.created_at, s.edited_at, r.uri as reblog_of, coalesce(p.uri, '') as in_reply_to,
  (select coalesce(json_agg(json_build_object('acct', concat_ws('@', a.username, a.domain), 'uri', a.uri)), '[]')
   from mentions m join accounts a on a.id = m.account_id where m.status_id = s.id and not m.is_silent) as mentions,
  (select coalesce(array_agg(t.name order by t.name), '{}')
   from status_tags st join tags t on t.id = st.tag_id where st.status_id = s.id) as tags,
  (select coalesce(json_agg(json_build_object(
     'key', m.original, 'content_type', m.content_type, 'description', m.description, 'blurhash', m.blurhash,
     'meta', m.meta) order by array_position(s.media_ids, m.id)), '[]')
   from media_attachments m where m.status_id = s.id and m.state = 'ready' and m.original is not null) as media,
  (select json_build_object('options', o.options, 'is_multiple', o.is_multiple, 'expires_at', o.expires_at)
   from polls o where o.status_id = s.id) as poll
from statuses s
left join statuses r on r.id = s.reblog_of_id
left join statuses p on p.id = s.in_reply_to_id
where s.account_id = $1::bigint and s.deleted_at is null and s.id > $2::bigint
order by s.id limit $3
