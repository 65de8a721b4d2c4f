-- What an import would meet: lines that name an account or status known here, or one elsewhere that nobody
-- here has met, or one of this network ($2 is its address) that is not there; and what would end.
select
  count(*) filter (where is_known) as known,
  count(*) filter (where not is_known and is_elsewhere) as elsewhere,
  count(*) filter (where not is_known and not is_elsewhere) as missing,
  (select count(*) from imports i cross join lateral {{left_out(i)}} l where i.id = $1::bigint and i.replaces)
    as ending
from (
  select case
    when i.kind = 'domain_blocks' then true
    when i.kind = 'bookmarks' then
      exists (select from statuses s where s.uri = r.uri and {{visible(s, i.account_id)}})
    else exists (
      select from accounts a where lower(a.username) = r.username and coalesce(a.domain, '') = r.domain
        and {{present(a)}})
    end as is_known,
    case when i.kind = 'bookmarks' then not starts_with(r.uri, $2::text || '/') else r.domain <> '' end
      as is_elsewhere
  from imports i join import_rows r on r.import_id = i.id
  where i.id = $1::bigint
) met
