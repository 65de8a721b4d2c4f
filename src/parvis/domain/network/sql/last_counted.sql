-- The last day that was counted.
select max(day) from day_figures
