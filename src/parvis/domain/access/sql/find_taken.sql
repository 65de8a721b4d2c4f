-- What a newcomer chose that others have already; empty texts are not asked about.
select array_remove(array[
  case
    when $1 = '' then null
    when exists (select from accounts where lower(username) = lower($1) and coalesce(domain, '') = '')
    then 'username'
    when exists (select from accounts where skeleton = $2 and domain is null) then 'skeleton'
  end,
  case when $3 <> '' and exists (select from users where lower(email) = lower($3)) then 'email' end
], null)
