-- How many notifications each of the accounts has above its marker, at most $2: only those that would be
-- shown.
select a.id as account_id, (
  select count(*)::int from (
    select from notifications n
    where n.account_id = a.id
      and n.id > coalesce((select m.last_read_id from markers m
                           where m.account_id = a.id and m.timeline = 'notifications'), 0)
      and {{still_told(n)}}
    limit $2
  ) unread
) as unread
from unnest($1::bigint[]) as a (id)
