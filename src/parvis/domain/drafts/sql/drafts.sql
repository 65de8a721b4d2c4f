-- Drafts of $1.
select d.id, d.key, d.version, d.written, d.updated_at from drafts d
where d.account_id = $1::bigint and {{unpublished(d)}} and d.id < $2 and d.id > $3
order by d.id /*older*/ desc
limit $4
