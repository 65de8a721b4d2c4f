-- A list that no petition stands on is gone.
with gone as (
  delete from petition_rolls r
  where r.name = $1 and not exists (select from petitions p where p.roll_id = r.id) returning r.id
), pages as (
  delete from petition_roll_pages l using gone where l.roll_id = gone.id
)
select count(*) from gone
