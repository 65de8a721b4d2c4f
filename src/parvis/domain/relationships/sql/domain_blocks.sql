-- Servers that $1 blocks.
select d.id, d.domain from account_domain_blocks d
where d.account_id = $1::bigint and d.id < $2 and d.id > $3
order by d.id /*older*/ desc
limit $4
