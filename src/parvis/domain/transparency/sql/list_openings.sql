-- The texts behind some hashes of a log (what waited came from the one before it), or that they were erased; those that are shown already.
select commitment, salt, text from log_openings
where log_id in {{logs_before($1)}} and commitment = any($2::bytea[]) and shown_from <= now()
