-- Hashtags by their folded names, and whether $1 follows or features them.
select t.id, t.name, t.display_name,
       exists (select from tag_follows f where f.account_id = $1::bigint and f.tag_id = t.id) as is_followed,
       exists (select from featured_tags f where f.account_id = $1 and f.tag_id = t.id) as is_featured
from unnest($2::text[]) with ordinality asked (name, place) join tags t on t.name = asked.name
order by asked.place
