-- What moves of a status: `show` for those of whom a process holds all the rest, which costs ten times as much.
select {{counters_json(s)}} as counters
from statuses s
left join status_counters c on c.status_id = s.id
left join polls p on p.status_id = s.id
where s.id = $1
