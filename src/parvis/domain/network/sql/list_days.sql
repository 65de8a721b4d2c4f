-- Figures of the days since $1, the oldest first; days that were not counted are left out.
select day, active, joined, statuses, interactions from day_figures where day >= $1::date order by day
