-- Put all of somebody's notifications aside.
update notifications set dismissed_at = now() where account_id = $1 and dismissed_at is null
