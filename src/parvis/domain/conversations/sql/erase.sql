-- The conversations of an account, as it sees them.
delete from account_conversations where account_id = $1
