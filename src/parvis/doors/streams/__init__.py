"""Open streams: one reading of wakes and one question to the domain for the listeners of all doors."""
