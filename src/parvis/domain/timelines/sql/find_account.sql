-- An account by its name; case does not matter.
select id from accounts where lower(username) = lower($1) and coalesce(domain, '') = coalesce(lower($2::text), '')
