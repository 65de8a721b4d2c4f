-- Forget idempotency keys after a day: apps repeat a request within minutes (Mastodon keeps them an hour).
delete from idempotency_keys where created_at < now() - interval '1 day'
