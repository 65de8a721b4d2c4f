-- The polls of an account, with their ballots: their statuses are gone.
delete from polls where account_id = $1
