-- The logs that are witnessed here.
select origin, keys, size, cosigned_at from witnessed_logs order by origin
