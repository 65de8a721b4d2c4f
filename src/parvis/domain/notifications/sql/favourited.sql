-- Statuses $1 were favourited by $2: tell their authors, if it still is so.
with candidate as (
  select s.account_id, 'favourite' as kind, f.account_id as from_account_id, s.id as status_id
  from unnest($1::bigint[], $2::bigint[]) as t (status_id, account_id)
  join favourites f on f.account_id = t.account_id and f.status_id = t.status_id
  join statuses s on s.id = f.status_id
)
{{told(candidate)}}
