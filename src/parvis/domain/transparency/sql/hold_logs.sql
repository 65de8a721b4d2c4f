-- Hold logs while their entries get places: one sequencer at a time, whatever happened to the lease. Those that a
-- successor is to go on from get none.
select l.id, l.size, l.subtrees from logs l
where l.id = any($1::bigint[]) and l.halted is null and not {{superseded(l)}}
order by l.id for no key update of l
