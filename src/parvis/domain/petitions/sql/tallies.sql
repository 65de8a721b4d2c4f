-- The signatures in force of a petition, counted and not yet counted, by version, and by day and place of those
-- for its newest version.
with sums as (
  select t.version, t.what, t.which, t.signatures as n from petition_tallies t where t.petition_id = $1
  union all
  select c.version, 'day', c.day - date '2000-01-01', c.difference from petition_changes c where c.petition_id = $1
  union all
  select c.version, 'place', coalesce(c.place, -1), c.difference from petition_changes c where c.petition_id = $1
)
select version, what, which, sum(n)::bigint as n from sums group by 1, 2, 3 having sum(n) <> 0 order by 1, 2, 3
