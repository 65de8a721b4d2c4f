-- How often hashtags $1 were used, and by how many, each day since $3 (ids since $2): only in public
-- statuses that anybody may see, so that no count tells of a private one.
select st.tag_id, s.created_at::date as day, count(*) as uses, count(distinct s.account_id) as accounts
from status_tags st join statuses s on s.id = st.status_id
where st.tag_id = any($1::bigint[]) and st.status_id >= $2::bigint and s.created_at >= $3::date
  and s.visibility = 'public' and {{visible_alone(s, 0)}}
group by st.tag_id, s.created_at::date
