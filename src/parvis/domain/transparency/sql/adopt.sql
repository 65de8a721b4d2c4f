-- A log is as long as its files say: nothing of what they hold is placed anew.
update logs set size = $2, subtrees = $3, signed_size = $2, signed = $4, published_size = $2, published = $4
where id = $1 and size = $5
