-- Who may see a status, leaving aside what it reblogs. The one place that decides; expanded into every
-- statement that answers with statuses. :row is a row of statuses; :viewer an account id, 0 for nobody.
(
  :row.deleted_at is null
  and not exists (
    select from accounts va
    where va.id = :row.account_id and (va.suspended_at is not null or va.deleted_at is not null)
  )
  and not exists (
    select from blocks vb where vb.account_id = :row.account_id and vb.target_id = :viewer
  )
  and (
    :row.visibility in ('public', 'unlisted')
    or :row.account_id = :viewer
    or (
      :row.visibility = 'private'
      and exists (
        select from follows vf where vf.account_id = :viewer and vf.target_id = :row.account_id
      )
    )
    or exists (
      select from mentions vm where vm.status_id = :row.id and vm.account_id = :viewer
    )
  )
)
