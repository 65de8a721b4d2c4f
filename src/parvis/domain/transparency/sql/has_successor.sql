-- Whether a log goes on in another.
select exists (select from logs where predecessor_id = $1)
