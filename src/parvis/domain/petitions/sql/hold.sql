-- Hold an open petition until nobody is signing it: who signs holds it too.
select p.id, p.account_id, p.status_id, p.log_id, p.version, p.answered_at from petitions p
where p.id = any($1::bigint[]) and p.closed_at is null order by p.id for update
