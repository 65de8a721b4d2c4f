-- Another key signs from now on; those before it until a moment, or until the one they had if that comes first.
with older as (
  update log_keys set retires_at = least(retires_at, now() + $3 * interval '1 s')
  where purpose = 'log' and (retires_at is null or retires_at > now())
)
insert into log_keys (purpose, seed, public) values ('log', $1, $2)
