-- What is known of a log that is witnessed, held until its next checkpoint is kept.
select keys, size, root from witnessed_logs where origin = $1 for update
