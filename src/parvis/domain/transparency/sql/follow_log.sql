-- Witness another network's log from now on, or know one more key of it.
insert into witnessed_logs (origin, keys) values ($1, array[$2::text])
on conflict (origin) do update set keys = array(
  select distinct k from unnest(witnessed_logs.keys || excluded.keys) k order by k
)
