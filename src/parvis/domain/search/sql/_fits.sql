-- Whether a status answers what is asked but for its words.
(
  :row.reblog_of_id is null
  and ($6::text[] = '{}' or :row.account_id = any((select author_ids from asked)::bigint[]))
  and ($8::text[] = '{}' or :row.account_id <> all((select other_ids from asked)::bigint[]))
  and (
    ($10::text[] = '{}' and $11::text[] = '{}')
    or (
      select f.names @> $10 and not f.names && $11
      from (
        select array_remove(array[
          case when :row.media_ids <> '{}' then 'media' end,
          case when exists (select from media_attachments xm
                            where xm.status_id = :row.id and xm.kind = 'image') then 'image' end,
          case when exists (select from media_attachments xm
                            where xm.status_id = :row.id and xm.kind in ('video', 'gifv')) then 'video' end,
          case when exists (select from media_attachments xm
                            where xm.status_id = :row.id and xm.kind = 'audio') then 'audio' end,
          case when exists (select from polls xp where xp.status_id = :row.id) then 'poll' end,
          case when :row.text ~ 'https?://' then 'link' end,
          case when :row.text ~ 'https?://' then 'embed' end,
          case when :row.in_reply_to_id is not null then 'reply' end,
          case when :row.is_sensitive then 'sensitive' end
        ], null) as names
      ) f
    )
  )
  and ($12::text[] = '{}' or :row.language = any($12))
  and ($13::text[] = '{}' or :row.language is null or :row.language <> all($13))
  and ($15::timestamptz is null or :row.created_at >= $15)
  and ($16::timestamptz is null or :row.created_at < $16)
  and ($17::bigint is null or :row.account_id = $17)
  and :row.id < $18::bigint and :row.id > $19::bigint
  and {{searchable(:row, :viewer)}}
  and {{visible_alone(:row, :viewer)}}
  and (:row.account_id = :viewer or {{wanted(:row, :viewer)}})
)
