-- Whether a viewer wants to meet a status in a timeline: neither author nor reblogged author is muted or
-- blocked by them, and none of the two blocks them. Asked besides visible(), never instead of it.
(
  {{author_wanted(:row.account_id, :viewer)}}
  and (
    :row.reblog_of_id is null
    or not exists (
      select from statuses wr
      where wr.id = :row.reblog_of_id
        and (
          exists (
            select from mutes wm
            where wm.account_id = :viewer and wm.target_id = wr.account_id
              and (wm.expires_at is null or wm.expires_at > now())
          )
          or exists (
            select from blocks wb
            where (wb.account_id = :viewer and wb.target_id = wr.account_id)
               or (wb.account_id = wr.account_id and wb.target_id = :viewer)
          )
        )
    )
  )
)
