-- $1 shows a hashtag on their page, at most $4 of them; one that is shown already stays. Answers whether it is.
with tag as (
  insert into tags (name, display_name) values ($2::text, $3::text)
  on conflict (name) do update set display_name = coalesce(tags.display_name, excluded.display_name)
  returning id
), featured as (
  insert into featured_tags (account_id, tag_id)
  select $1::bigint, tag.id from tag
  where (select count(*) from featured_tags f where f.account_id = $1) < $4::bigint
  on conflict (account_id, tag_id) do nothing
  returning id
)
select exists (select from featured)
    or exists (select from featured_tags f join tags t on t.id = f.tag_id where f.account_id = $1 and t.name = $2)
