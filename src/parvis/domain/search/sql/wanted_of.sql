-- Which of these statuses a viewer wants to meet.
select s.id from statuses s where s.id = any($2::bigint[]) and {{wanted(s, $1::bigint)}}
