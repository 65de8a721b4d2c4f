-- Who may see a status: also what it reblogs must be theirs to see.
(
  {{visible_alone(:row, :viewer)}}
  and (
    :row.reblog_of_id is null
    or exists (
      select from statuses vr
      where vr.id = :row.reblog_of_id and {{visible_alone(vr, :viewer)}}
    )
  )
)
