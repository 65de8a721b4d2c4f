-- The password's hash of a username of this network or an e-mail address, and whether it is enough.
select u.id, u.password_hash, exists (
  select from code_generators g where g.user_id = u.id and g.confirmed_at is not null
) as asks_second_step
from users u join accounts a on a.id = u.account_id
where a.deleted_at is null and case
  when position('@' in $1) > 0 then lower(u.email) = lower($1)
  else u.account_id = (select id from accounts where lower(username) = lower($1) and coalesce(domain, '') = '')
end
