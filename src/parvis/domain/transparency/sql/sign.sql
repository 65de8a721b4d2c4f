-- Keep what is signed before anybody sees it; what was signed of a log is an entry of the server log.
with came as (
  select * from unnest($1::bigint[], $2::bigint[], $3::text[], $4::bytea[]) as c (id, size, note, entry)
), signed as (
  update logs l set signed_size = c.size, signed = c.note
  from came c where l.id = c.id and l.signed_size < c.size and l.halted is null
  returning l.id
), told as (
  insert into log_pending (log_id, is_shuffled, entry)
  select s.id, false, c.entry
  from signed join came c on c.id = signed.id join logs s on s.kind = 'server' and s.closed_at is null
  where c.entry is not null order by c.id
)
select count(*) from signed
