-- Whether a notification that was told is still shown: :row is a row of notifications. Its status must
-- still be theirs to see, who caused it must be there; reports are for those who are staff now.
(
  :row.dismissed_at is null
  and not exists (
    select from blocks tb
    where (tb.account_id = :row.account_id and tb.target_id = :row.from_account_id)
       or (tb.account_id = :row.from_account_id and tb.target_id = :row.account_id)
  )
  and not exists (
    select from mutes tm
    where tm.account_id = :row.account_id and tm.target_id = :row.from_account_id and tm.hides_notifications
      and (tm.expires_at is null or tm.expires_at > now())
  )
  and not exists (
    select from accounts ta
    where ta.id = :row.from_account_id and (ta.suspended_at is not null or ta.deleted_at is not null)
  )
  and (
    :row.status_id is null
    or exists (select from statuses ts where ts.id = :row.status_id and {{visible(ts, :row.account_id)}})
  )
  and (
    :row.report_id is null
    or exists (
      select from users tu join reports te on te.id = :row.report_id
      where tu.account_id = :row.account_id and tu.role <> 'member'
    )
  )
  and (
    :row.kind <> 'follow_request'
    or exists (
      select from follow_requests tr
      where tr.account_id = :row.from_account_id and tr.target_id = :row.account_id
    )
  )
)
