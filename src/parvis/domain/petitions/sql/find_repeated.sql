-- Lines of a list that stand in it twice.
select (array_agg(line order by line))[1:2] as lines from petition_roll_lines where roll_id = $1
group by hash having count(*) > 1 order by 1 limit $2
