-- What somebody was offered in a drawing, the newest place first.
select rank, place, state, answer_by from draw_winners
where draw_id = $1 and number = $2 and account_id = $3 and place is not null
order by state = 'asked' desc, rank desc limit 1
