-- Whether a row of list_accounts counts: only those whom the list's owner (:viewer) follows, and the owner.
-- So an unfollow or block ends memberships at once; the worker sweeps the rows.
(
  :row.account_id = :viewer
  or exists (select from follows mf where mf.account_id = :viewer and mf.target_id = :row.account_id)
)
