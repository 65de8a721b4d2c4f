-- Open polls whose end has come.
select id from polls where closed_at is null and expires_at <= now() order by expires_at limit $1::int
