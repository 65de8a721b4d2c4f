-- A process says that it runs, and is told the moment; those silent for a day are forgotten.
with gone as (
  delete from processes where seen_at < now() - interval '1 day' and id <> $1
)
insert into processes (id, role, version, streams, hears_bus) values ($1, $2, $3, $4, $5)
on conflict (id) do update set streams = excluded.streams, hears_bus = excluded.hears_bus, seen_at = now()
returning clock_timestamp()
