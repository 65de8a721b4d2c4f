-- An account as the shelf keeps it (accounts.types.AccountRow).
json_build_object(
  'id', :row.id, 'username', :row.username, 'domain', :row.domain, 'uri', :row.uri, 'url', :row.url,
  'display_name', :row.display_name, 'note', :row.note, 'note_html', :row.note_html,
  'fields', :row.fields, 'avatar', :row.avatar, 'header', :row.header, 'emojis', :row.emojis,
  'is_locked', :row.is_locked, 'is_bot', :row.is_bot, 'is_group', :row.is_group,
  'is_discoverable', :row.is_discoverable, 'is_indexable', :row.is_indexable,
  'hides_collections', :row.hides_collections, 'is_pulled', :row.is_pulled,
  'moved_to_id', :row.moved_to_id, 'is_suspended', :row.suspended_at is not null,
  'is_limited', :row.limited_at is not null, 'is_sensitized', :row.sensitized_at is not null,
  'is_deleted', :row.deleted_at is not null, 'created_at', :row.created_at,
  'is_pending', exists (select from users u where u.account_id = :row.id
                        and (u.confirmed_at is null or u.approved_at is null)),
  'role', (select u.role from users u where u.account_id = :row.id)
)
