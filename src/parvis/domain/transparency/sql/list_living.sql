-- Every log that could still grow, and those not published to their end.
select id from logs where halted is null and (closed_at is null or published_size < size) order by id
