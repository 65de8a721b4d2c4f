-- A file of $1 was read: what it says waits for their yes. One that waited for it is forgotten.
with before as (
  delete from imports where account_id = $1::bigint and state = 'read'
)
insert into imports (account_id, kind, replaces) values ($1, $2, $3) returning id
