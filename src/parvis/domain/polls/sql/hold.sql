-- Hold polls before counting their ballots, in the order in which an edit holds them too: poll, then ballots.
select id from polls where id = any($1::bigint[]) order by id for no key update
