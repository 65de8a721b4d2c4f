-- Forget log-ins of browsers a month after they ended, or when nobody came for half a year.
delete from sessions where revoked_at < now() - interval '30 days' or seen_at < now() - interval '180 days'
