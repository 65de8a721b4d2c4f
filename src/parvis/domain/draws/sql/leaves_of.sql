-- Entries of those among the frozen list of a draw without a series whose pseudonyms these are.
select distinct entrant, leaf from draw_entrants
where draw_id = $1 and entrant = any($2::bytea[]) and left_in is null and entered_in = 1
