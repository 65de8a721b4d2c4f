-- What a status answers (root first) and what answers it (thread by thread, each author's own continuation
-- before the others), of what the viewer may see and wants to meet. A status hidden from the viewer hides
-- neither those above nor those below it. $3, $4, $5: at most so many above, below, and so deep; $6: those below
-- that were read already. One more than asked for says that there are more.
with recursive root as (
  select s.id, s.in_reply_to_id from statuses s
  where s.id = $2::bigint and {{visible(s, $1::bigint)}}
), above (id, in_reply_to_id, height) as (
  select p.id, p.in_reply_to_id, 1
  from root r join statuses p on p.id = r.in_reply_to_id and p.deleted_at is null
  union all
  select p.id, p.in_reply_to_id, a.height + 1
  from above a join statuses p on p.id = a.in_reply_to_id and p.deleted_at is null
  where a.height < $3::int
), below (id, account_id, path) as (
  select c.id, c.account_id, array[(c.account_id <> c.in_reply_to_account_id)::int, c.id]
  from root r join statuses c on c.in_reply_to_id = r.id and c.deleted_at is null
  union all
  select c.id, c.account_id, b.path || (c.account_id <> c.in_reply_to_account_id)::int::bigint || c.id
  from below b join statuses c on c.in_reply_to_id = b.id and c.deleted_at is null
  where cardinality(b.path) < $5::int * 2
), met as (
  select t.id, t.height, t.path
  from (select id, height, null::bigint[] as path from above union all select id, null, path from below) t
  join statuses s on s.id = t.id join accounts w on w.id = s.account_id
  where {{visible(s, $1)}} and {{wanted(s, $1)}}
    and (w.limited_at is null or w.id = $1
         or exists (select from follows f where f.account_id = $1 and f.target_id = w.id))
)
select exists (select from root) as is_there,
  array(select id from met where path is null order by height desc) as ancestor_ids,
  array(select id from met where path is not null order by path offset $6::int limit $4::int + 1) as descendant_ids,
  exists (
    select from above a join statuses p on p.id = a.in_reply_to_id and p.deleted_at is null
    where a.height = $3 and {{visible(p, $1)}}
  ) as is_cut_above,
  exists (
    select from below b join statuses c on c.in_reply_to_id = b.id and c.deleted_at is null
    where cardinality(b.path) = $5 * 2 and {{visible(c, $1)}}
  ) as goes_deeper
