-- What a draw announced and what makes its pseudonyms (null: it is over).
select d.manifest, d.log_id, l.origin, l.secret from draws d join logs l on l.id = d.log_id where d.id = $1
