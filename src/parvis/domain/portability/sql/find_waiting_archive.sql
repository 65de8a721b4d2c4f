-- An archive to be made, and whose it is.
select x.secret, x.account_id, u.id as user_id, u.locale, a.username, a.uri, a.url, a.display_name, a.note, a.note_html,
  a.fields, a.avatar, a.header, a.is_locked, a.is_bot, a.is_discoverable, a.is_indexable, a.created_at
from archives x join accounts a on a.id = x.account_id join users u on u.account_id = a.id
where x.id = $1::bigint and x.state = 'waiting' and a.deleted_at is null
