-- Forget the addresses of who did not open their letters, and what those wanted who did not come back.
with lost as (
  delete from petition_journeys where created_at < now() - interval '15 minutes'
)
delete from petition_requests where created_at < now() - interval '2 days'
