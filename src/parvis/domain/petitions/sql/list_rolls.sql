-- The lists of who may sign, and how many petitions stand on each.
select r.id, r.name, r.asks, r.people, r.created_at,
       (select count(*) from petitions p where p.roll_id = r.id) as petitions
from petition_rolls r order by r.name
