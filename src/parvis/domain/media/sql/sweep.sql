-- Remove uploads that no status showed for a day; answers what they kept in storage.
delete from media_attachments
where id in (
  select id from media_attachments
  where status_id is null and remote_url is null
    and greatest(created_at, freed_at) < now() - interval '1 day'
  limit $1
)
returning secret, original, preview
