-- Where somebody might have voted.
delete from poll_electors where account_id = $1
