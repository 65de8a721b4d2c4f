-- What the voters of a poll are asked of themselves, and how the population is divided by it.
select kind, categories, totals from poll_margins where poll_id = $1 order by place
