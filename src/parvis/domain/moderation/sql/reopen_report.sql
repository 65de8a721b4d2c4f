-- Open a report again.
update reports set resolved_at = null, resolved_by_id = null, updated_at = now() where id = $1 returning id
