-- Hold petitions while their changes are counted: against another count, not against who signs.
select p.id, p.status_id from petitions p where p.id = any($1::bigint[]) order by p.id for no key update
