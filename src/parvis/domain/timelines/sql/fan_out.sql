-- Push statuses into homes: of followers (unless the author is merged at read), of those mentioned in a
-- direct status who follow its author, and of followers of its hashtags. Answers whose homes changed.
with published as (
  select s.*, a.is_pulled from statuses s join accounts a on a.id = s.account_id
  where s.id = any($1::bigint[]) and s.deleted_at is null
), grown as (
  update accounts set is_pulled = true
  from account_counters c, published p
  where accounts.id = p.account_id and c.account_id = p.account_id
    and not accounts.is_pulled and c.followers > $2::int
), wanted as (
  select f.account_id, p.id as status_id
  from published p join follows f on f.target_id = p.account_id
  where not p.is_pulled and p.visibility <> 'direct'
    and (f.shows_reblogs or p.reblog_of_id is null)
    and (f.languages is null or p.language is null or p.language = any(f.languages))
    and (p.in_reply_to_account_id is null or p.in_reply_to_account_id in (f.account_id, p.account_id)
         or exists (select from follows r
                    where r.account_id = f.account_id and r.target_id = p.in_reply_to_account_id))
  union
  select m.account_id, p.id
  from published p join mentions m on m.status_id = p.id
  join follows f on f.account_id = m.account_id and f.target_id = p.account_id
  where p.visibility = 'direct'
  union
  select tf.account_id, p.id
  from published p join status_tags st on st.status_id = p.id join tag_follows tf on tf.tag_id = st.tag_id
  where p.visibility = 'public' and p.reblog_of_id is null
)
insert into home_entries (account_id, status_id)
select w.account_id, w.status_id
from wanted w
join accounts a on a.id = w.account_id and a.domain is null
join published p on p.id = w.status_id
where p.visibility = 'direct' or not {{kept_out(p, w.account_id)}}
order by 1, 2
on conflict do nothing
returning account_id
