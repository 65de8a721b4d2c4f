-- An account's statuses that a viewer may see. $3 only with media, $4 without replies to others, $5 without
-- reblogs, $6 without direct ones, $7 only with a hashtag (null: any). Reblogs of those the viewer keeps away are left out.
select s.id
from statuses s
where s.account_id = $2::bigint and s.deleted_at is null
  and (not $3::boolean or s.media_ids <> '{}')
  and (not $4::boolean or s.in_reply_to_id is null or s.in_reply_to_account_id = s.account_id)
  and (not $5::boolean or s.reblog_of_id is null)
  and (not $6::boolean or s.visibility <> 'direct')
  and ($7::text is null or exists (
    select from status_tags st join tags t on t.id = st.tag_id where st.status_id = s.id and t.name = $7
  ))
  and {{met_on_page(s, $1::bigint)}}
  and s.id < $8 and s.id > $9
order by s.id /*older*/ desc
limit $10
