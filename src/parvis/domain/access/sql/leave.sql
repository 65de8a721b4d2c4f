-- A person's login when they leave: nobody enters with it, and it says nothing of them. Answers the address
-- they had; nothing for the network's only owner.
with was as (
  select id, email from users u
  where id = $1 and (role <> 'owner' or exists (select from users o where o.role = 'owner' and o.id <> u.id))
  for update
)
update users u
set email = 'left-' || u.id || '@invalid', new_email = null, password_hash = null, passkey_handle = null,
    role = 'member', reason = '', preferences = '{}', disabled_at = coalesce(u.disabled_at, now()),
    last_seen_on = null, default_language = null,
    invitation_id = null
from was where u.id = was.id
returning was.email
