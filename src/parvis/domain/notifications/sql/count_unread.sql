-- How many notifications lie above the marker, at most $5: only those that would be shown.
select count(*) from (
  select from notifications n
  where n.account_id = $1::bigint
    and n.id > coalesce((select m.last_read_id from markers m
                         where m.account_id = $1 and m.timeline = 'notifications'), 0)
    and ($2::text[] is null or n.kind = any($2)) and n.kind <> all($3::text[])
    and ($4::bigint is null or n.from_account_id = $4)
    and {{still_told(n)}}
  limit $5
) unread
