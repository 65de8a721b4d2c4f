-- Of those who want to vote ($2) in polls ($1) whoever may not, and the first rule that says so, with its number
-- or domain. What is over, one's own, not to be seen or voted in already is for the statement that votes to refuse.
select w.poll_id, w.account_id, failed.rule, p.rules->>(case failed.rule
         when 'account_age' then 'account_age_days' when 'invitation' then 'invitations'
         when 'verified_domain' then 'verified_domain' when 'email_domain' then 'email_domain'
       end) as value
from unnest($1::bigint[], $2::bigint[]) as w (poll_id, account_id)
join polls p on p.id = w.poll_id and p.account_id <> w.account_id
join statuses s on s.id = p.status_id
join accounts a on a.id = w.account_id
cross join lateral (
  select case
    -- An id begins with the moment of its making: that of the poll's is when it opened.
    when (p.rules->>'account_age_days')::int is not null
      and a.created_at > to_timestamp((p.id >> 16) / 1000.0) - make_interval(days => (p.rules->>'account_age_days')::int)
      then 'account_age'
    when (p.rules->>'followers_only')::boolean
      and not exists (select from follows f where f.account_id = a.id and f.target_id = p.account_id)
      then 'followers'
    when (p.rules->>'followed_only')::boolean
      and not exists (select from follows f where f.account_id = p.account_id and f.target_id = a.id)
      then 'followed'
    when p.rules->>'verified_domain' is not null and not exists (
      select from jsonb_array_elements(a.fields) l,
        substring(lower(l->>'value') from '^https?://([a-z0-9.-]+)(?::[0-9]+)?(?:[/?#]|$)') as host
      where l->>'verified_at' is not null
        and (host = p.rules->>'verified_domain' or right(host, length(p.rules->>'verified_domain') + 1) = '.' || (p.rules->>'verified_domain'))
    ) then 'verified_domain'
    when (p.rules->>'local_only')::boolean and a.domain is not null then 'local'
    when p.rules->>'list_id' is not null
      and not exists (select from poll_electors e where e.poll_id = p.id and e.account_id = a.id)
      then 'list'
    when p.rules->>'invitations' is not null
      and not exists (select from poll_electors e where e.poll_id = p.id and e.account_id = a.id)
      then 'invitation'
    when p.rules->>'email_domain' is not null and not exists (
      select from users u where u.account_id = a.id and u.email_proven_at is not null
        and lower(substring(u.email from '@([^@]+)$')) = p.rules->>'email_domain'
    ) then 'email_domain'
  end as rule
) failed
where failed.rule is not null
  and p.closed_at is null and (p.expires_at is null or p.expires_at > now())
  and (p.is_changeable or not exists (
    select from ballots b where b.poll_id = p.id and b.account_id = a.id
  ))
  and {{visible(s, w.account_id)}}
