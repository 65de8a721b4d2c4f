-- The owner's user; the first, should there be several.
select id from users where role = 'owner' order by id limit 1
