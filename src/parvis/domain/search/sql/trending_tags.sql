-- Hashtags that the most people used in public since $1, with a week's history (since $2).
with recent as (
  select st.tag_id, count(distinct s.account_id) as accounts, count(*) as uses
  from statuses s
  join status_tags st on st.status_id = s.id
  join accounts a on a.id = s.account_id
  where s.id > $1::bigint and s.visibility = 'public' and a.limited_at is null and {{visible_alone(s, 0)}}
  group by 1
  order by 2 desc, 3 desc, 1 desc
  limit 40
)
select t.id, t.name, t.display_name, false as is_followed, false as is_featured,
  (
    select coalesce(json_agg(json_build_object('day', d.day, 'uses', d.uses, 'accounts', d.accounts)), '[]')
    from (
      select date_trunc('day', s.created_at)::date as day, count(*) as uses, count(distinct s.account_id) as accounts
      from status_tags st join statuses s on s.id = st.status_id
      where st.tag_id = t.id and s.id > $2::bigint and s.visibility = 'public' and {{visible_alone(s, 0)}}
      group by 1
    ) d
  ) as days
from recent r join tags t on t.id = r.tag_id
order by r.accounts desc, r.uses desc, r.tag_id desc
