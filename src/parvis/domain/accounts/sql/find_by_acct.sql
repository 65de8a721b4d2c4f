-- The account of a name; a domain of '' is this network.
select a.id from accounts a
where lower(a.username) = lower($1::text) and coalesce(a.domain, '') = $2::text and a.deleted_at is null
