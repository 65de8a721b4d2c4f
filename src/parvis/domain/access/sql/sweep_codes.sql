-- Forget authorization codes a day after they expired; used ones too.
delete from authorization_codes where expires_at < now() - interval '1 day'
