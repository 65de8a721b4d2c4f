-- Hashtags that $1 follows.
select f.id as relation_id, t.name
from tag_follows f join tags t on t.id = f.tag_id
where f.account_id = $1::bigint and f.id < $2 and f.id > $3
order by f.id /*older*/ desc
limit $4
