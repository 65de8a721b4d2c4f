-- The member of this name.
select a.id from accounts a where a.domain is null and lower(a.username) = $1 and {{present(a)}}
