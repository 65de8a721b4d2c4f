-- Whether a line is on a list.
select exists (select from petition_roll_lines where roll_id = $1 and hash = $2)
