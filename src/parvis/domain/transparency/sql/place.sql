-- Give entries their places.
insert into log_entries (log_id, position, leaf, entry)
select * from unnest($1::bigint[], $2::bigint[], $3::bytea[], $4::bytea[])
