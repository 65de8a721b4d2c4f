-- New follows ($1 follows $2, by place) get the followed account's newest statuses in their homes, unless
-- the author is merged at read. What is no follow any more is left out.
insert into home_entries (account_id, status_id)
select f.account_id, s.id
from unnest($1::bigint[], $2::bigint[]) as told (account_id, target_id)
join follows f on f.account_id = told.account_id and f.target_id = told.target_id
join accounts me on me.id = f.account_id and me.domain is null
join accounts author on author.id = f.target_id and not author.is_pulled
cross join lateral (
  select s.id from statuses s
  where s.account_id = f.target_id and s.deleted_at is null and s.visibility <> 'direct'
    and (f.shows_reblogs or s.reblog_of_id is null)
    and (f.languages is null or s.language is null or s.language = any(f.languages))
    and (s.in_reply_to_account_id is null or s.in_reply_to_account_id in (f.account_id, s.account_id)
         or exists (select from follows r
                    where r.account_id = f.account_id and r.target_id = s.in_reply_to_account_id))
  order by s.id desc
  limit $3
) s
order by 1, 2
on conflict do nothing
returning account_id
