-- Entries that turned out to have their place wait no more, each as often as it was found.
delete from log_pending p using (
  select w.id from (
    select q.id, q.entry, row_number() over (partition by q.entry order by q.id) as n
    from log_pending q where q.log_id = $1 and q.entry = any($2::bytea[])
  ) w join (
    select entry, count(*) as times from unnest($2::bytea[]) as f (entry) group by 1
  ) found on found.entry = w.entry and w.n <= found.times
) one
where p.log_id = $1 and p.id = one.id
