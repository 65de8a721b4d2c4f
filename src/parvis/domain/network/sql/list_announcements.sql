-- Every announcement, the newest first, drafts included.
select id, text, starts_at, ends_at, is_all_day, published_at, updated_at from announcements order by id desc limit 200
