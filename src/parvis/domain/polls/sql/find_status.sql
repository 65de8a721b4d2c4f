-- The status that asks a poll.
select status_id from polls where id = $1
