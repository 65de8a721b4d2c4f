-- A new archive for $1, unless there was one lately. Answers nothing then.
insert into archives (account_id, secret)
select $1::bigint, $2
where not exists (
  select from archives x
  where x.account_id = $1 and x.state <> 'failed' and x.created_at > now() - $3 * interval '1 s'
)
returning id
