-- Whether a log began under a server log that has a successor by now: what was signed of it since the backup that
-- was restored is not known here, so that it gets no more entries. :row is the log.
(
  :row.kind <> 'server' and exists (
    select from logs s
    where s.kind = 'server' and s.closed_at is null and s.predecessor_id is not null
      and s.id is distinct from :row.server_id
  )
)
