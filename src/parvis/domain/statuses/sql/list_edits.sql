-- The versions that a status was, oldest first. It must have been shown to whoever reads them.
select coalesce(json_agg(json_build_object(
  'content', e.content, 'spoiler_text', e.spoiler_text, 'is_sensitive', e.is_sensitive, 'media', e.media,
  'poll_options', e.poll_options, 'emojis', e.emojis, 'created_at', e.created_at
) order by e.id), '[]')
from status_edits e where e.status_id = $1
