-- Take an announcement back, with all reactions to it; answers whether it was published.
delete from announcements where id = $1 returning published_at is not null
