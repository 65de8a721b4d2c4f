-- Open petitions that these statuses announce.
select id from petitions where closed_at is null and status_id = any($1::bigint[]) order by id
