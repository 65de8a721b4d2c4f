-- Which of the statuses $2 are public for everybody, what streams they belong to, and which of the accounts
-- $1 do not get them: who may not see them (blocked) or does not want to (muted, blocks).
select s.id, s.is_local, s.media_ids <> '{}' as has_media,
       (s.in_reply_to_id is null or s.in_reply_to_account_id = s.account_id) as is_listed,
       (
         select coalesce(array_agg(t.name), '{}')
         from status_tags st join tags t on t.id = st.tag_id where st.status_id = s.id
       ) as tags,
       (
         select coalesce(array_agg(v.id), '{}') from unnest($1::bigint[]) as v (id)
         where not ({{visible(s, v.id)}} and {{wanted(s, v.id)}})
       ) as refuser_ids
from statuses s join accounts a on a.id = s.account_id
where s.id = any($2::bigint[]) and s.visibility = 'public' and s.reblog_of_id is null
  and a.limited_at is null and {{visible(s, 0)}}
