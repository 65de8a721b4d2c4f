-- Who voted what: the tallies have counted it already, and stay.
delete from ballots where account_id = $1 and is_sequenced
