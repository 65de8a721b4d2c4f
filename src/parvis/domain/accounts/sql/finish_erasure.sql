-- Nothing of a person who left is kept any more but the name.
update accounts set erased_at = coalesce(erased_at, now()) where id = $1 and deleted_at is not null
