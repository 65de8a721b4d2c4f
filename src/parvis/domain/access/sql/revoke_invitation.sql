-- End an invitation of $2, or (null) of anybody.
update invitations set revoked_at = coalesce(revoked_at, now())
where id = $1 and ($2::bigint is null or account_id = $2)
returning id
