-- The witnesses that are asked, and how they answered.
select id, name, key, address, size, answered_at, failure from log_witnesses order by name
