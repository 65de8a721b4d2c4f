-- Keep hashes over whole subtrees, as rows of tiles.
insert into log_nodes (log_id, level, position, hash)
select * from unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::bytea[])
