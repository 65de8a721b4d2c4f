-- The checkpoint of a log that is cosigned now.
update witnessed_logs set size = $2, root = $3, checkpoint = $4, cosigned_at = now() where origin = $1
