-- The address that a user asked for is theirs, unless somebody else has it by now; answers both addresses.
update users u set email = u.new_email, new_email = null, confirmed_at = coalesce(u.confirmed_at, now()),
  email_proven_at = now()
from users was
where u.id = $1 and was.id = u.id and u.new_email is not null
  and not exists (select from users other where lower(other.email) = lower(u.new_email) and other.id <> u.id)
returning was.email as old, u.email as new
