-- Checkpoints that were signed and are not published yet.
select id, path, signed_size, signed, published_size from logs
where id = any($1::bigint[]) and published_size < signed_size and halted is null order by id
