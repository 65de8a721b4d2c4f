-- An issuer that no petition stands on is gone.
delete from petition_issuers i
where i.id = $1 and not exists (select from petitions p where p.issuer_id = i.id) returning i.id
