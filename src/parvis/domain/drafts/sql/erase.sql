-- The drafts of an account.
delete from drafts where account_id = $1
