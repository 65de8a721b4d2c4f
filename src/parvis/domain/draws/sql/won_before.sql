-- Entries of those who won earlier in a series: by their ticket, or called in before this list was frozen.
select e.leaf from draw_winners w
join draw_entrants e on e.draw_id = w.draw_id and e.entrant = w.entrant
where w.draw_id = $1 and w.number < $2 and w.place is not null and w.called_in <= $2
group by e.leaf
