-- Keep a checkpoint with its witnesses' lines, unless a newer one is kept.
update logs set cosigned_size = $2, cosigned = $3 where id = $1 and cosigned_size <= $2
