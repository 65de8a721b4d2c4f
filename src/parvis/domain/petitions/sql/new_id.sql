-- An id for a petition, which its message names before it is written.
select next_id() as petition_id, next_id() as log_id, (select people from petition_rolls where id = $1) as people
