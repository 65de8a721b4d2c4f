-- Lines of the list that is being read that stand in it already, each with the first that it repeats.
with repeated as (
  select hash, min(line) as first from petition_roll_lines group by hash having count(*) > 1 order by 2 limit $1
)
select l.line, r.first from repeated r join petition_roll_lines l on l.hash = r.hash and l.line > r.first
order by l.line limit $1
