-- Take an announcement back, with all reactions to it.
delete from announcements where id = $1 returning id
