-- Logs, or the successors that took their places, take no more entries after these last ones; what was held
-- back in them is shown, and their pseudonyms can be made no more.
with recursive chain as (
  select l.id, l.closed_at, c.last from unnest($1::bigint[], $2::bytea[]) as c (id, last) join logs l on l.id = c.id
  union all
  select l.id, l.closed_at, chain.last from logs l join chain on l.predecessor_id = chain.id
), closed as (
  update logs l set closed_at = coalesce(l.closed_at, now()), secret = null from chain where l.id = chain.id
), shown as (
  update log_openings o set shown_from = now() from chain where o.log_id = chain.id and o.shown_from is null
)
insert into log_pending (log_id, is_shuffled, entry)
select id, false, last from chain where closed_at is null
