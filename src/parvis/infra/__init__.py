"""The outside world: PostgreSQL, files, mail, clock, processes. Knows nothing of networks."""
