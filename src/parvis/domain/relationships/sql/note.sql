-- What $1 notes about $2 for themselves; blank words take the note away.
with written as (
  insert into account_notes (account_id, target_id, comment)
  select $1::bigint, a.id, $3::text from accounts a where a.id = $2::bigint and a.deleted_at is null and $3 <> ''
  on conflict (account_id, target_id) do update set comment = excluded.comment
), erased as (
  delete from account_notes where account_id = $1 and target_id = $2 and $3 = ''
)
select exists (select from accounts where id = $2 and deleted_at is null) as is_there
