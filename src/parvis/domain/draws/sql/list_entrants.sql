-- Who is in a draw, in the order of their pseudonyms.
select entrant, account_id from draw_entrants
where draw_id = $1 and left_in is null and account_id is not null order by entrant limit $2
