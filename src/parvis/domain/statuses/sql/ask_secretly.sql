-- A poll that is just being written is a secret ballot, with this key.
with secret as (
  update polls set is_secret = true where id = $1::bigint returning id
)
insert into ballot_keys (poll_id, public, private) select id, $2, $3 from secret
