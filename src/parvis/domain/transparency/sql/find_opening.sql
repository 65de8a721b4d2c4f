-- The text behind a hash of a log, or of one it goes on from, or that it was erased.
select salt, text from log_openings where commitment = $2 and log_id in {{logs_before($1)}} and shown_from <= now()
