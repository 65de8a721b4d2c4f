-- A media attachment as the shelf and old versions keep it (statuses.types.Attachment).
json_build_object(
  'id', :row.id, 'kind', :row.kind, 'state', :row.state, 'original', :row.original, 'preview', :row.preview,
  'meta', :row.meta, 'blurhash', :row.blurhash, 'description', :row.description, 'remote_url', :row.remote_url
)
