-- Members who signed an earlier version of a petition than the newest one, some at a time.
select g.id, u.id as user_id from petition_signatures g join petitions p on p.id = g.petition_id
join users u on u.account_id = g.account_id
where g.petition_id = $1 and g.state = 'signed' and g.version < p.version and p.closed_at is null and g.id > $2
order by g.id limit $3
