-- The accounts that somebody's words name, with the standing of who wrote them.
select {{standing($1::bigint)}} as standing, (
  select coalesce(json_agg(json_build_object('username', a.username, 'domain', a.domain, 'url', a.url)), '[]')
  from unnest($2::text[], $3::text[]) as m (username, domain)
  join accounts a on lower(a.username) = m.username and coalesce(a.domain, '') = m.domain
  where a.suspended_at is null and a.deleted_at is null
) as named
