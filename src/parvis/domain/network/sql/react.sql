-- React to a published announcement; answers whether it is there and whether one more kind has room on it.
with found as (
  select a.id,
    exists (select from announcement_reactions r where r.announcement_id = a.id and r.name = $3)
    or (select count(distinct r.name) from announcement_reactions r where r.announcement_id = a.id) < $4::int as has_room,
    $5::boolean or exists (
      select from custom_emojis e where e.shortcode = $3 and e.domain is null and e.disabled_at is null
    ) as is_known
  from announcements a where a.id = $2 and a.published_at is not null
), made as (
  insert into announcement_reactions (announcement_id, name, account_id)
  select id, $3, $1 from found where has_room and is_known
  on conflict do nothing
)
select has_room, is_known from found
