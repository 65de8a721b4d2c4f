-- Hold one's own open petition until nobody is signing it; id null: there is none.
with held as (
  select p.id, p.account_id, p.status_id, p.log_id, p.version, p.answered_at, p.goal, v.title, v.text
  from petitions p join petition_versions v on v.petition_id = p.id and v.version = p.version
  where p.id = $2 and p.account_id = $1 and p.closed_at is null and (p.closes_at is null or p.closes_at > now())
  for update of p
)
select {{standing($1::bigint)}} as standing, held.* from (values (1)) always left join held on true
