-- How far a frozen list is known: the checkpoint that holds its root, and whether the server log tells of the
-- checkpoint with this hash, and a witness has seen that.
select (
         select l.published from log_entries e join logs l on l.id = e.log_id
         where e.leaf = $1::bytea and l.kind = 'draw' and e.position < l.published_size limit 1
       ) as published,
       exists (
         select from log_entries e join logs l on l.id = e.log_id
         where e.leaf = $2::bytea and l.kind = 'server' and e.position < l.published_size
       ) as is_told,
       exists (
         select from log_entries e join logs l on l.id = e.log_id
         where e.leaf = $2 and l.kind = 'server' and e.position < l.cosigned_size
       ) as is_witnessed
