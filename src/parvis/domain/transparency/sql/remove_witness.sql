-- Ask a witness no more; answers its name, or null.
delete from log_witnesses where name = $1 returning name
