-- Forget one-time links a day after they were used or expired.
delete from one_time_links where least(expires_at, used_at) < now() - interval '1 day'
