"""The outside world: PostgreSQL, files, mail, clock, processes; nothing of what a network is."""
