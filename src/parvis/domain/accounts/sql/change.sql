-- Change an account: what is null stays; a picture of {} is the default one again. A line that stays keeps its
-- proof, and $15 are the links to prove. Answers the pictures before and after, so that files no longer shown
-- are removed, and the links without a proof; nothing when its person has left.
with was as (
  select id, avatar, header, is_locked,
         coalesce($2, display_name) as display_name, coalesce($3, note) as note,
         case when $5::jsonb is null then fields else coalesce((
           select jsonb_agg(n.field || jsonb_build_object('verified_at', (
             select o.field->'verified_at' from jsonb_array_elements(fields) as o (field)
             where o.field->>'value' = n.field->>'value' limit 1
           )) order by n.place)
           from jsonb_array_elements($5) with ordinality as n (field, place)
         ), '[]') end as fields
  from accounts where id = $1::bigint and deleted_at is null for update
), pictures as (
  select id,
         case when $11::jsonb is null then avatar else nullif($11::jsonb, '{}') end as avatar,
         case when $13::jsonb is null then header else nullif($13::jsonb, '{}') end as header
  from was
), shown as (
  select coalesce(jsonb_agg(jsonb_build_object(
           'shortcode', e.shortcode, 'url', e.url, 'static_url', e.static_url,
           'visible_in_picker', e.is_visible, 'category', e.category)), '[]') as emojis
  from was join custom_emojis e
    on position(':' || e.shortcode || ':' in was.display_name || ' ' || was.note || ' ' || was.fields::text) > 0
  where e.domain is null and e.disabled_at is null
), unlinked as (
  delete from account_links where account_id = $1 and $5 is not null and url <> all($15::text[])
), linked as (
  insert into account_links (account_id, url, due_at)
  select was.id, url, now() + interval '7 days' from was, unnest($15) as url
  on conflict (account_id, url) do nothing
)
update accounts a
set display_name = was.display_name, note = was.note, note_html = coalesce($4, a.note_html), fields = was.fields,
    is_locked = coalesce($6, a.is_locked), is_bot = coalesce($7, a.is_bot),
    is_discoverable = coalesce($8, a.is_discoverable), is_indexable = coalesce($9, a.is_indexable),
    hides_collections = coalesce($10, a.hides_collections), emojis = shown.emojis,
    avatar = case when $12::text is null then p.avatar
                  else p.avatar || jsonb_build_object('description', $12::text) end,
    header = case when $14::text is null then p.header
                  else p.header || jsonb_build_object('description', $14::text) end
from was join pictures p using (id), shown
where a.id = was.id
returning was.avatar, was.header, a.avatar as new_avatar, a.header as new_header,
  was.is_locked and not a.is_locked as is_unlocked, (
    select array_agg(url) from unnest($15) as url
    where not exists (
      select from jsonb_array_elements(was.fields) as f (field)
      where f.field->>'value' = url and coalesce(f.field->'verified_at', 'null') <> 'null'
    )
  ) as unproven_links
