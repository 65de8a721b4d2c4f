-- The person has seen what was decided about them.
update decisions set read_at = now() where target_id = $1 and read_at is null
