-- Hashtags that $1 shows on their page, with how often they used them where anybody may see it. $2: only
-- this one.
select f.id, t.name, t.display_name, u.statuses, u.last_on
from featured_tags f join tags t on t.id = f.tag_id
cross join lateral (
  select count(*) as statuses, max(s.created_at)::date as last_on
  from status_tags st join statuses s on s.id = st.status_id
  where st.tag_id = t.id and s.account_id = f.account_id and s.reblog_of_id is null and {{visible_alone(s, 0)}}
) u
where f.account_id = $1::bigint and ($2::text is null or t.name = $2)
order by u.statuses desc, f.id
