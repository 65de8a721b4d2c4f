-- What a petition knows its signatories again by, as long as it is open.
select p.key from petitions p where p.id = $1 and p.key is not null
