-- What somebody may look through, besides being allowed to see it: their own, what they had to do with,
-- and public statuses of people who want to be found (Mastodon's rule), those whom moderators limited only by
-- who follows them. $14: only the one or the other.
(
  (
    $14::text <> 'library' and :row.visibility = 'public'
    and exists (
      select from accounts xa
      where xa.id = :row.account_id and xa.is_indexable
        and (xa.limited_at is null
             or exists (select from follows xw where xw.account_id = :viewer and xw.target_id = xa.id))
    )
  )
  or (
    $14 <> 'public'
    and (
      :row.account_id = :viewer
      or exists (select from mentions xm where xm.status_id = :row.id and xm.account_id = :viewer)
      or exists (select from favourites xf where xf.status_id = :row.id and xf.account_id = :viewer)
      or exists (select from bookmarks xb where xb.status_id = :row.id and xb.account_id = :viewer)
      or exists (select from statuses xr where xr.reblog_of_id = :row.id and xr.account_id = :viewer
                 and xr.deleted_at is null)
      or exists (select from polls xp join ballots xv on xv.poll_id = xp.id
                 where xp.status_id = :row.id and xv.account_id = :viewer)
    )
  )
)
