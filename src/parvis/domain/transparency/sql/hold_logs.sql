-- Hold logs while their entries get places: one sequencer at a time, whatever happened to the lease.
select id, size, subtrees from logs where id = any($1::bigint[]) and halted is null order by id for no key update
