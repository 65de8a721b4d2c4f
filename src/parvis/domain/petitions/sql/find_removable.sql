-- A signature that may be removed, as its log's entries name it.
select s.id, s.petition_id, s.version, encode(s.person, 'hex') as person from petition_signatures s where s.id = $1
