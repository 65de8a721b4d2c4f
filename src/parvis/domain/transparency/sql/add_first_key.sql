-- The first key of a purpose; the one that is there already stays.
insert into log_keys (purpose, seed, public)
select $1, $2, $3 where not exists (select from log_keys where purpose = $1)
