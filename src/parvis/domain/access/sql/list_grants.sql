-- The applications that may act for a user, with all scopes of their living tokens.
select a.id as app_id, a.name, a.website,
  array_remove(array_agg(distinct scope), null) as scopes, min(t.created_at) as since
from access_tokens t
join apps a on a.id = t.app_id
left join lateral unnest(t.scopes) as scope on true
where t.user_id = $1 and t.revoked_at is null and (t.expires_at is null or t.expires_at > now())
group by a.id
order by since desc, a.id desc
