-- What one viewer may and did do with a status, as processes keep it (statuses.types.Verdict).
json_build_object(
  'status_id', :row.id,
  'is_visible', {{visible_alone(:row, :viewer)}},
  'is_favourited', exists (select from favourites f where f.account_id = :viewer and f.status_id = :row.id),
  'is_bookmarked', exists (select from bookmarks b where b.account_id = :viewer and b.status_id = :row.id),
  'is_reblogged', exists (select from statuses r where r.account_id = :viewer and r.reblog_of_id = :row.id
                          and r.deleted_at is null),
  'is_pinned', exists (select from status_pins p where p.account_id = :viewer and p.status_id = :row.id),
  'is_muted', exists (select from conversation_mutes m where m.account_id = :viewer
                      and m.conversation_id = :row.conversation_id),
  'choices', (select b.choices from polls p join ballots b on b.poll_id = p.id
              where p.status_id = :row.id and b.account_id = :viewer)
)
