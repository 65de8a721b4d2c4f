-- Describe a media attachment of one's own anew; answers it with the standing of its uploader. A null
-- description or focus is left as it is.
with changed as (
  update media_attachments
  set description = case when $3::boolean then nullif($4::text, '') else description end,
      meta = case when $5::jsonb is null then meta else meta || jsonb_build_object('focus', $5::jsonb) end
  where id = $2 and account_id = $1
  returning *
)
select {{standing($1::bigint)}} as standing, (select {{own_media_json(m)}} from changed m) as media
