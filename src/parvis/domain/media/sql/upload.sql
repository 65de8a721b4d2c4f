-- An upload that waits to be processed; answers its id, and the standing of its uploader.
with new as (
  insert into media_attachments (account_id, kind, secret, content_type, bytes, meta, description)
  values ($1::bigint, split_part($3, '/', 1), $2, $3, $4, $5, $6)
  returning id
)
select {{standing($1::bigint)}} as standing, (select id from new) as id
