-- Where $1 stopped reading these timelines.
select timeline, last_read_id, version, updated_at from markers
where account_id = $1::bigint and timeline = any($2::text[])
