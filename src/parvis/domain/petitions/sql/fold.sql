-- Count what changed into the tallies of petitions (held); whoever looks meanwhile sees both or neither.
with gone as (
  delete from petition_changes where petition_id = any($1::bigint[])
  returning petition_id, version, day, coalesce(place, -1) as place, difference
), sums as (
  select petition_id, version, 'day' as what, day - date '2000-01-01' as which, sum(difference) as n
  from gone group by 1, 2, 4
  union all
  select petition_id, version, 'place', place, sum(difference) from gone group by 1, 2, 4
)
insert into petition_tallies (petition_id, version, what, which, signatures)
select petition_id, version, what, which, n from sums
on conflict (petition_id, version, what, which) do update
set signatures = petition_tallies.signatures + excluded.signatures
