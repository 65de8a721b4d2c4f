-- What is in force in petitions that are held and counted: for the newest version and before, and what is not.
select p.id, p.log_id, p.version, p.answered_at is not null as is_answered,
       coalesce((select sum(t.signatures) from petition_tallies t
                 where t.petition_id = p.id and t.what = 'day' and t.version = p.version), 0)::bigint as signatures,
       coalesce((select sum(t.signatures) from petition_tallies t
                 where t.petition_id = p.id and t.what = 'day' and t.version < p.version), 0)::bigint as earlier,
       (select count(*) from petition_signatures s where s.petition_id = p.id and s.state = 'withdrawn') as withdrawn,
       (select count(*) from petition_signatures s where s.petition_id = p.id and s.state = 'removed') as removed
from petitions p where p.id = any($1::bigint[]) order by p.id
