-- Let an account's pins be changed by one transaction at a time.
select account_id from account_counters where account_id = $1 for no key update
