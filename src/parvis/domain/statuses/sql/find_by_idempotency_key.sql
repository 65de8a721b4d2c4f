-- The status a key published.
select status_id from idempotency_keys where account_id = $1 and key = $2
