-- Somebody has read a published announcement; answers whether it is there.
with made as (
  insert into announcement_reads (account_id, announcement_id)
  select $1, a.id from announcements a where a.id = $2 and a.published_at is not null
  on conflict do nothing
)
select exists (select from announcements where id = $2 and published_at is not null)
