-- Whether a viewer wants to meet anything by an account (:row is its id): it is neither muted nor blocked by
-- them, nor its server.
(
  not exists (
    select from mutes wm
    where wm.account_id = :viewer and wm.target_id = :row
      and (wm.expires_at is null or wm.expires_at > now())
  )
  and not exists (
    select from blocks wb where wb.account_id = :viewer and wb.target_id = :row
  )
  and not exists (
    select from account_domain_blocks wd join accounts wa on wa.domain = wd.domain
    where wd.account_id = :viewer and wa.id = :row
  )
)
