-- Forget log-ins of browsers a month after they ended.
delete from sessions where revoked_at < now() - interval '30 days'
