-- Signatures of a petition whose names are shown.
select g.id, g.name, g.place, g.signed_on, g.version, g.shown from petition_signatures g
where g.petition_id = $1 and g.state = 'signed' and g.name is not null and g.id < $2 and g.id > $3
order by g.id /*older*/ desc limit $4
