-- Hold an open secret ballot while what waits in it is mixed; null: it is over, or none.
select id, status_id, log_id, hides_totals, cardinality(options) as options from polls
where id = $1 and is_secret and closed_at is null for no key update
