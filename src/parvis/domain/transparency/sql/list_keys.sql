-- Keys of a purpose that still sign, the newest first.
select seed, public, retires_at from log_keys
where purpose = $1 and (retires_at is null or retires_at > now()) order by id desc
