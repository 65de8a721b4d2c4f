-- Mutes that ran out, of these pairs; one that was prolonged meanwhile stays.
delete from mutes m using unnest($1::bigint[], $2::bigint[]) as told (account_id, target_id)
where m.account_id = told.account_id and m.target_id = told.target_id and m.expires_at <= now()
