-- Whether a viewer meets a status on its author's page: it is visible, and no reblog of somebody they mute or block.
(
  {{visible(:row, :viewer)}}
  and (:row.reblog_of_id is null or not exists (
    select from statuses mr
    where mr.id = :row.reblog_of_id and (
      exists (select from blocks mb where mb.account_id = :viewer and mb.target_id = mr.account_id)
      or exists (select from mutes mm where mm.account_id = :viewer and mm.target_id = mr.account_id
                 and (mm.expires_at is null or mm.expires_at > now()))
    )
  ))
)
