-- Reword or move an announcement; published again, those who put it away see it again. Answers whether it was
-- published before.
with before as (
  select published_at is not null as was_published from announcements where id = $1 for update
), changed as (
  update announcements set
    text = $2, starts_at = $3, ends_at = $4, is_all_day = $5, updated_at = now(),
    published_at = case when $6::boolean then coalesce(published_at, now()) end
  from before where id = $1
  returning was_published
), unread as (
  delete from announcement_reads where announcement_id = $1 and $7::boolean
)
select was_published from changed
