-- Why lines of an import were not done, and how many for each reason.
select r.outcome, count(*) as lines
from import_rows r where r.import_id = $1::bigint and r.outcome <> 'done'
group by r.outcome order by lines desc, r.outcome
