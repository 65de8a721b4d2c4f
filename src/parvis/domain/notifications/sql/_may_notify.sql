-- Whether somebody is told of something at all. :row has account_id, kind, from_account_id, status_id.
(
  (:row.account_id <> :row.from_account_id or :row.kind = 'poll')
  and exists (
    select from accounts na join users nu on nu.account_id = na.id
    where na.id = :row.account_id and na.suspended_at is null and na.deleted_at is null
  )
  and exists (
    select from accounts nf
    where nf.id = :row.from_account_id and nf.suspended_at is null and nf.deleted_at is null
      and (
        nf.limited_at is null -- whom moderators limited reaches only those who follow them
        or exists (select from follows nl where nl.account_id = :row.account_id and nl.target_id = nf.id)
      )
      and not exists (
        select from account_domain_blocks nd where nd.account_id = :row.account_id and nd.domain = nf.domain
      )
  )
  and not exists (
    select from blocks nb
    where (nb.account_id = :row.account_id and nb.target_id = :row.from_account_id)
       or (nb.account_id = :row.from_account_id and nb.target_id = :row.account_id)
  )
  and not exists (
    select from mutes nm
    where nm.account_id = :row.account_id and nm.target_id = :row.from_account_id and nm.hides_notifications
      and (nm.expires_at is null or nm.expires_at > now())
  )
  and (
    :row.status_id is null
    or exists (
      select from statuses ns
      where ns.id = :row.status_id and {{visible(ns, :row.account_id)}}
        and not exists (
          select from conversation_mutes nc
          where nc.account_id = :row.account_id and nc.conversation_id = ns.conversation_id
        )
    )
  )
)
