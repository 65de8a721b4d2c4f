-- Take the lines of those who are to be in a call; answers whose were free.
insert into call_lines (account_id, call_id)
select id, $1 from unnest($2::bigint[]) as id order by id
on conflict do nothing returning account_id
