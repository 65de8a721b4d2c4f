-- Servers that $1 blocks, after the relation $2.
select d.id, d.domain from account_domain_blocks d
where d.account_id = $1::bigint and d.id > $2::bigint
order by d.id limit $3
