-- Rooms that can be heard now.
select id from rooms where state in ('open', 'live', 'paused') order by id
