-- Whether a status (:row) by a member of a list (:viewer is a row of lists) is shown on it to its owner. Replies
-- to somebody else are shown as the list's policy says. The owner must follow whom the list shows.
(
  :row.visibility <> 'direct'
  and (
    :row.account_id = :viewer.account_id
    or exists (
      select from follows lf
      where lf.account_id = :viewer.account_id and lf.target_id = :row.account_id
        and (lf.shows_reblogs or :row.reblog_of_id is null)
        and (lf.languages is null or :row.language is null or :row.language = any(lf.languages))
    )
  )
  and (
    :row.in_reply_to_account_id is null
    or :row.in_reply_to_account_id in (:row.account_id, :viewer.account_id)
    or (
      :viewer.replies_policy = 'followed'
      and exists (
        select from follows lr
        where lr.account_id = :viewer.account_id and lr.target_id = :row.in_reply_to_account_id
      )
    )
    or (
      :viewer.replies_policy = 'list'
      and exists (
        select from list_accounts lm
        where lm.list_id = :viewer.id and lm.account_id = :row.in_reply_to_account_id
          and {{member(lm, :viewer.account_id)}}
      )
    )
  )
  and {{visible(:row, :viewer.account_id)}} and {{wanted(:row, :viewer.account_id)}}
)
