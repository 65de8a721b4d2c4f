-- Destroy the private keys of secret ballots that close. Answers how many tokens each gave.
with destroyed as (
  update ballot_keys set private = null where poll_id = any($1::bigint[]) returning poll_id
)
select d.poll_id, (select count(*) from ballot_tokens t where t.poll_id = d.poll_id) as issued from destroyed d
