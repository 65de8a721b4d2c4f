-- Reword or move an announcement; published again, those who put it away see it again.
with changed as (
  update announcements set
    text = $2, starts_at = $3, ends_at = $4, is_all_day = $5, updated_at = now(),
    published_at = case when $6::boolean then coalesce(published_at, now()) end
  where id = $1
  returning id
), unread as (
  delete from announcement_reads where announcement_id = $1 and $7::boolean
)
select id from changed
