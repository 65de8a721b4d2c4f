-- Reactions to these announcements in the order they came up, with the pictures of custom emoji.
select r.announcement_id, r.name, count(*) as count, bool_or(r.account_id = $2::bigint) as is_mine,
       max(e.url) as url, max(e.static_url) as static_url
from announcement_reactions r
left join custom_emojis e on e.shortcode = r.name and e.domain is null and e.disabled_at is null
where r.announcement_id = any($1::bigint[])
group by r.announcement_id, r.name
order by min(r.id)
