-- Forget access tokens a month after they were revoked or expired.
delete from access_tokens where least(revoked_at, expires_at) < now() - interval '30 days'
