-- Open petitions whose end has come.
select id from petitions where closed_at is null and closes_at <= now() order by closes_at limit $1::int
