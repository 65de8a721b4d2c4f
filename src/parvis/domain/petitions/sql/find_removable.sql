-- A signature that may be removed, by its id or by the pseudonym that its log's entries name it with.
select s.id, s.petition_id, s.version, encode(s.person, 'hex') as person from petition_signatures s
where s.petition_id = $1 and (s.id = $2 or s.person = $3::bytea)
