-- What is over is forgotten.
delete from calls where state not in ('ringing', 'talking') and ends_at < now()
