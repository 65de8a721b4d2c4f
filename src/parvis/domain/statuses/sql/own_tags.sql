-- Hashtags that $1 lately used and does not show on their page.
select t.name
from (
  select s.id from statuses s
  where s.account_id = $1::bigint and s.deleted_at is null and s.reblog_of_id is null
  order by s.id desc limit 400
) s
join status_tags st on st.status_id = s.id join tags t on t.id = st.tag_id
where not exists (select from featured_tags f where f.account_id = $1 and f.tag_id = t.id)
group by t.id, t.name
order by max(s.id) desc
limit $2
