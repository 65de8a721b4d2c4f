-- Logs that were begun before there was a server log to tell of them, each with its first entry's hash.
select l.origin, l.is_public, encode(e.leaf, 'hex') as first
from logs l join log_entries e on e.log_id = l.id and e.position = 0
where l.kind <> 'server' order by l.id
