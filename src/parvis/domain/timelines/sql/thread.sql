-- The thread of a status in reading order: what it answers, itself, and each answer before its next sibling.
with recursive above as (
  select s.id, s.in_reply_to_id, 0 as depth from statuses s where s.id = $2 and {{visible(s, $1::bigint)}}
  union all
  select p.id, p.in_reply_to_id, a.depth + 1
  from above a join statuses p on p.id = a.in_reply_to_id
  where a.depth < $3
), below as (
  select id, array[id] as path from above where depth = 0
  union all
  select r.id, b.path || r.id
  from below b join statuses r on r.in_reply_to_id = b.id
  where r.deleted_at is null and cardinality(b.path) < 100 and {{visible(r, $1)}}
)
(select id, depth, null::bigint[] as path from above where depth > 0 order by depth desc limit $3)
union all
(select id, 0, path from below order by path limit $3)
