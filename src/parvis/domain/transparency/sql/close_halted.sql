-- Close a halted log for a successor; answers its id, or null.
update logs set closed_at = now() where id = $1 and halted is not null and closed_at is null returning id
