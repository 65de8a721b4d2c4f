-- A draft of $1.
select d.id, d.key, d.version, d.written, d.updated_at from drafts d
where d.account_id = $1::bigint and d.id = $2::bigint and {{unpublished(d)}}
