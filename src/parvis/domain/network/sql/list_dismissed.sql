-- Which announcements somebody has put away.
select announcement_id from announcement_reads where account_id = $1
