-- $1 follows a hashtag, which exists from now on.
with tag as (
  insert into tags (name, display_name) values ($2::text, $3::text)
  on conflict (name) do update set display_name = coalesce(tags.display_name, excluded.display_name)
  returning id
)
insert into tag_follows (account_id, tag_id) select $1::bigint, id from tag
on conflict (account_id, tag_id) do nothing
