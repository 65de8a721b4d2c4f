-- An id for a list, and whether there is one of this name. Lists are read one at a time.
select pg_advisory_xact_lock(hashtext('petition rolls'))::text as held, next_id() as id,
       exists (select from petition_rolls where name = $1) as is_taken
