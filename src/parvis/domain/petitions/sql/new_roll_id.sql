-- An id for a list, and whether there is one of this name.
select next_id() as id, exists (select from petition_rolls where name = $1) as is_taken
