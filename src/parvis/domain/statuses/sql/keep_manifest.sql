-- The hash of the entry by which a ranked poll is counted: the lots that part ties follow from it.
update polls set manifest = $2 where id = $1
