-- Logs that successors are to go on from: something waits in them, and all that has its place is published.
select l.id, l.path, l.origin, l.kind, l.is_public, l.published_size, l.published, b.halted
from logs l
join logs s on s.kind = 'server' and s.closed_at is null
join logs b on b.id = s.predecessor_id
where l.id = any($1::bigint[]) and {{superseded(l)}} and l.halted is null and l.published_size = l.size
  and not exists (select from logs n where n.predecessor_id = l.id)
  and exists (select from log_pending p where p.log_id = l.id)
order by l.id
