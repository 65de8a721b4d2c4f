-- Exchanges of this network's accounts whose last status is one of these.
select c.id, c.account_id from account_conversations c where c.last_status_id = any($1::bigint[])
