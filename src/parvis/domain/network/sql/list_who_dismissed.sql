-- Who of these accounts has put away which of these announcements.
select announcement_id, account_id from announcement_reads
where announcement_id = any($1::bigint[]) and account_id = any($2::bigint[])
