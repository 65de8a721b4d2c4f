-- Forget idempotency keys after a week: apps repeat a request within minutes (Mastodon keeps them an hour), but
-- a message whose answer was lost waits in its writer's browser until there is a network again.
delete from idempotency_keys where created_at < now() - interval '7 days'
