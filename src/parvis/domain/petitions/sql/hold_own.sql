-- Hold one's own open petition until nobody is signing it; id null: there is none.
with held as (
  select p.id, p.account_id, p.status_id, p.log_id, p.version, p.answered_at from petitions p
  where p.id = $2 and p.account_id = $1 and p.closed_at is null and (p.closes_at is null or p.closes_at > now())
  for update
)
select {{standing($1::bigint)}} as standing, held.* from (values (1)) always left join held on true
