-- Logs with something to place or to publish: the server log, or all others, those that waited longest first.
select l.id from logs l
left join (
  select log_id, min(id) as first from (select log_id, id from log_pending order by id limit $2) oldest group by 1
) p on p.log_id = l.id
where (l.kind = 'server') = $1 and l.halted is null and (p.log_id is not null or l.published_size < l.size)
order by p.first nulls first limit $3
