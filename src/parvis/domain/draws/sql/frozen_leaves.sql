-- The frozen list of a drawing: those who entered by then and had not left, in the order of their hashes.
select leaf from draw_entrants
where draw_id = $1 and entered_in <= $2 and (left_in is null or left_in > $2)
order by leaf
