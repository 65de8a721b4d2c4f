-- Take a reaction back; answers whether the announcement is there.
with gone as (
  delete from announcement_reactions where announcement_id = $2 and name = $3 and account_id = $1
)
select exists (select from announcements where id = $2 and published_at is not null)
