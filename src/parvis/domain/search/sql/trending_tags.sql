-- Hashtags that the most people used in public since the id $1.
select t.name
from statuses s
join status_tags st on st.status_id = s.id
join tags t on t.id = st.tag_id
join accounts a on a.id = s.account_id
where s.id > $1::bigint and s.visibility = 'public' and a.limited_at is null and {{visible_alone(s, 0)}}
group by t.id, t.name
order by count(distinct s.account_id) desc, count(*) desc, t.id desc
limit 40
