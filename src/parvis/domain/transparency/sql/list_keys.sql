-- Keys of a purpose that still sign, the newest first, and whether the server log is stopped.
select seed, public, retires_at,
       exists (select from logs where kind = 'server' and closed_at is null and halted is not null) as is_stopped
from log_keys
where purpose = $1 and (retires_at is null or retires_at > now()) order by id desc
