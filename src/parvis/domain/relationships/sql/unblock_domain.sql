-- $1 no longer blocks a server.
delete from account_domain_blocks where account_id = $1::bigint and domain = $2::text
