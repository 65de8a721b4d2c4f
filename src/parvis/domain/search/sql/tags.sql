-- Hashtags that begin with $2 ($3: as LIKE takes it), as far as anybody uses them in public: the exact one
-- first, then the short ones; and whether the viewer follows or features them.
select t.id, t.name, t.display_name,
       exists (select from tag_follows f where f.account_id = $1::bigint and f.tag_id = t.id) as is_followed,
       exists (select from featured_tags f where f.account_id = $1 and f.tag_id = t.id) as is_featured
from tags t
where plain(t.name) like plain($3::text) || '%'
  and exists (
    select from status_tags st join statuses s on s.id = st.status_id
    where st.tag_id = t.id and s.visibility = 'public' and {{visible_alone(s, 0)}}
  )
order by plain(t.name) = plain($2::text) desc, char_length(t.name), t.name
limit $4::int offset $5::int
