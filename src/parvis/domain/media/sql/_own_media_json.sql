-- A media attachment as its uploader sees it (media.types.OwnMedia).
json_build_object(
  'id', :row.id, 'kind', :row.kind, 'state', :row.state, 'original', :row.original, 'preview', :row.preview,
  'meta', :row.meta, 'blurhash', :row.blurhash, 'description', :row.description,
  'remote_url', :row.remote_url, 'status_id', :row.status_id, 'failure', :row.failure
)
