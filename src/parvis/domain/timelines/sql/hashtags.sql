-- Public statuses with any of several hashtags ($2), with all of $3 and none of $4; the rest as in hashtag.
select s.id
from statuses s join accounts a on a.id = s.account_id
where s.id in (
    select st.status_id from status_tags st join tags t on t.id = st.tag_id where t.name = any($2::text[])
  )
  and s.visibility = 'public' and s.reblog_of_id is null and a.limited_at is null
  and not exists (
    select from unnest($3::text[]) wanted_name
    where not exists (
      select from status_tags x join tags t on t.id = x.tag_id where x.status_id = s.id and t.name = wanted_name
    )
  )
  and not exists (
    select from status_tags x join tags t on t.id = x.tag_id where x.status_id = s.id and t.name = any($4::text[])
  )
  and ($5::text = 'all' or s.is_local = ($5 = 'local'))
  and (not $6::boolean or s.media_ids <> '{}')
  and {{visible(s, $1::bigint)}} and {{wanted(s, $1)}}
  and s.id < $7 and s.id > $8
order by s.id /*older*/ desc
limit $9
