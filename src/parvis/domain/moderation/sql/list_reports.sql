-- Reports, open ones or resolved ones, by and about whom, newest first.
select r.id from reports r
where (r.resolved_at is not null) = $1::boolean
  and ($2::bigint is null or r.account_id = $2)
  and ($3::bigint is null or r.target_id = $3)
  and r.id < $4 and r.id > $5
order by r.id /*older*/ desc
limit $6
