-- Somebody has read a published announcement; nothing when there is none.
insert into announcement_reads (account_id, announcement_id)
select $1, a.id from announcements a where a.id = $2 and a.published_at is not null
on conflict do nothing
