-- Where $1 stopped reading.
select timeline, last_read_id, version, updated_at from markers where account_id = $1::bigint
