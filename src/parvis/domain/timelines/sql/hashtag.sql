-- Public statuses with a hashtag ($2), with all of $3 and none of $4; $5 is all, local or remote; $6 only
-- those with media.
select s.id
from status_tags st join statuses s on s.id = st.status_id join accounts a on a.id = s.account_id
where st.tag_id = (select id from tags where name = $2::text)
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
  and st.status_id < $7 and st.status_id > $8
order by st.status_id /*older*/ desc
limit $9
