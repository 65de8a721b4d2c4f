-- How those voted who said of themselves who they are, those alike together.
select answers, voters, tallies from declared_cells where poll_id = $1 order by answers
