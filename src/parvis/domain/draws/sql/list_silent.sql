-- Those of a drawing who were asked and did not answer in time, or whose account is gone.
select rank, place, account_id from draw_winners
where draw_id = $1 and number = $2 and state = 'asked' and (answer_by <= $3 or account_id is null)
order by place
