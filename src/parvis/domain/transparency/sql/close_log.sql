-- Close a log, or the successor that took its place, with a last entry if there is one; its pseudonyms can be made
-- no more. Answers its id, or null.
with recursive chain as (
  select id, closed_at from logs where id = $1
  union all
  select l.id, l.closed_at from logs l join chain on l.predecessor_id = chain.id
), closed as (
  update logs l set closed_at = now(), secret = null from chain
  where l.id = chain.id and chain.closed_at is null and l.closed_at is null
  returning l.id
), last as (
  insert into log_pending (log_id, is_shuffled, entry)
  select id, false, $2::bytea from closed where $2::bytea is not null
), forgotten as (
  update logs l set secret = null from chain
  where l.id = chain.id and chain.closed_at is not null and exists (select from closed)
)
select id from closed
