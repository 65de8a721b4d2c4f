-- A successor takes over what waited, and the secret of the pseudonyms.
with linked as (
  update logs l set predecessor_id = p.id, secret = p.secret
  from logs p where l.id = $1 and p.id = $2
)
update log_pending set log_id = $1 where log_id = $2
