-- A person leaves: the name stays taken, all else of the account's face is emptied. Answers the pictures it
-- had; nothing when they left already.
with was as (
  select id, avatar, header from accounts where id = $1 and deleted_at is null for update
), unlinked as (
  delete from account_links where account_id = $1
)
update accounts a
set deleted_at = now(), display_name = '', note = '', note_html = '', fields = '[]', emojis = '[]',
    avatar = null, header = null, is_discoverable = false, is_indexable = false, moved_to_id = null
from was where a.id = was.id
returning was.avatar, was.header
