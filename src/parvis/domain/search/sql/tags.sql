-- Hashtags that begin with a pattern, as far as anybody uses them in public: the exact one first, then the
-- most used of the last week. With a week's history, and whether the viewer follows or features them.
with used as (
  select t.id, t.name, t.display_name, week.days, week.accounts
  from tags t
  cross join lateral (
    select
      coalesce(sum(d.accounts), 0) as accounts,
      coalesce(json_agg(json_build_object('day', d.day, 'uses', d.uses, 'accounts', d.accounts)), '[]') as days
    from (
      select date_trunc('day', s.created_at)::date as day, count(*) as uses, count(distinct s.account_id) as accounts
      from status_tags st join statuses s on s.id = st.status_id
      where st.tag_id = t.id and s.id > $5::bigint and s.visibility = 'public' and {{visible_alone(s, 0)}}
      group by 1
    ) d
  ) week
  where plain(t.name) like plain($2::text) || '%'
    and exists (
      select from status_tags st join statuses s on s.id = st.status_id
      where st.tag_id = t.id and s.visibility = 'public' and {{visible_alone(s, 0)}}
    )
)
select u.id, u.name, u.display_name, u.days,
       exists (select from tag_follows f where f.account_id = $1::bigint and f.tag_id = u.id) as is_followed,
       exists (select from featured_tags f where f.account_id = $1 and f.tag_id = u.id) as is_featured
from used u
order by plain(u.name) = replace(plain($2), '\', '') desc, u.accounts desc, u.name
limit $3::int offset $4::int
