-- Lines of the list that is being read that stand in it twice.
select (array_agg(line order by line))[1:2] as lines from petition_roll_lines
group by hash having count(*) > 1 order by 1 limit $1
