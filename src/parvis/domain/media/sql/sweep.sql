-- Remove uploads that no status showed for a day and no draft holds; answers what they kept in storage.
delete from media_attachments
where id in (
  select m.id from media_attachments m
  where m.status_id is null and m.remote_url is null
    and greatest(m.created_at, m.freed_at) < now() - interval '1 day'
    and not exists (
      select from drafts d where d.account_id = m.account_id and d.deleted_at is null and m.id = any(d.media_ids)
    )
  limit $1
)
returning secret, original, preview
