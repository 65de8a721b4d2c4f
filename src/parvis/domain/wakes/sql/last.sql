-- The number of the newest wake.
select coalesce(max(seq), 0) from wakes
