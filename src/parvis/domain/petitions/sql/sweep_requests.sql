-- Forget the addresses of who did not open their letters.
delete from petition_requests where created_at < now() - interval '2 days'
