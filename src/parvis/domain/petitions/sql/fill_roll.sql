-- The hashes of the list that was read, in order, as pages of so many.
insert into petition_roll_pages (roll_id, first, hashes)
select $1, (array_agg(hash order by hash))[1], string_agg(hash, '' order by hash)
from (select hash, (row_number() over (order by hash) - 1) / $2 as page from petition_roll_lines) h
group by page
