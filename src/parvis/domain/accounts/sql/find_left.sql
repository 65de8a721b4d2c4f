-- An account by its name, though its person has left.
select id from accounts
where lower(username) = lower($1::text) and coalesce(domain, '') = $2::text and deleted_at is not null
