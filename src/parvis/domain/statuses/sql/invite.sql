-- The invitations to vote in a poll, each to be used once; so many may vote.
with made as (
  insert into poll_invitations (poll_id, code) select $1::bigint, unnest($2::text[])
)
update polls set eligible = cardinality($2) where id = $1
