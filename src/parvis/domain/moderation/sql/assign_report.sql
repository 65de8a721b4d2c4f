-- Say who looks after a report; null: nobody.
update reports set assigned_to_id = $2::bigint, updated_at = now() where id = $1 returning id
