-- The list that was read is kept as pages now.
truncate petition_roll_lines
