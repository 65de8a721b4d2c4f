-- Whether an entry of a home still belongs there: by the viewer, by someone they follow (in the languages they
-- chose), a direct status that mentions them, or under a hashtag they follow; and not by someone on an exclusive
-- list of theirs, unless direct. Asked besides visible() and wanted(), never instead of them.
(
  (
    :row.account_id = :viewer
    or exists (
      select from follows hf
      where hf.account_id = :viewer and hf.target_id = :row.account_id
        and (hf.shows_reblogs or :row.reblog_of_id is null)
        and (hf.languages is null or :row.language is null or :row.language = any(hf.languages))
    )
    or (
      :row.visibility = 'direct'
      and exists (select from mentions hm where hm.status_id = :row.id and hm.account_id = :viewer)
    )
    or exists (
      select from status_tags ht join tag_follows hg on hg.tag_id = ht.tag_id and hg.account_id = :viewer
      where ht.status_id = :row.id
    )
  )
  and (:row.visibility = 'direct' or not {{kept_out(:row, :viewer)}})
)
