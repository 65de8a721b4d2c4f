-- Public statuses with a hashtag.
select s.id
from tags t
join status_tags st on st.tag_id = t.id
join statuses s on s.id = st.status_id
join accounts a on a.id = s.account_id
where t.name = $2 and s.visibility = 'public' and s.reblog_of_id is null and a.limited_at is null
  and {{visible(s, $1::bigint)}} and {{wanted(s, $1)}}
  and s.id < $3 and s.id > $4
order by s.id /*older*/ desc
limit $5
