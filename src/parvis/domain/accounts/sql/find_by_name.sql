-- An account of this network by its username, in whatever case.
select id from accounts where lower(username) = lower($1) and coalesce(domain, '') = ''
