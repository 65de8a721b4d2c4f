-- An account's counters as the shelf keeps them (accounts.types.AccountCounters).
json_build_object(
  'account_id', :row.id, 'statuses', coalesce(c.statuses, 0), 'followers', coalesce(c.followers, 0),
  'following', coalesce(c.following, 0), 'last_status_at', c.last_status_at
)
