-- Destroy the private keys of secret ballots that close. Answers how many tokens each gave, counted one by one, and
-- puts the sum that their pages show right, should a release have given some that did not keep it.
with destroyed as (
  update ballot_keys set private = null where poll_id = any($1::bigint[]) returning poll_id
), given as (
  select d.poll_id, (select count(*) from ballot_tokens t where t.poll_id = d.poll_id) as issued from destroyed d
), settled as (
  insert into ballot_token_counts (poll_id, shard, tokens)
  select g.poll_id, 0, g.issued - coalesce((
    select sum(c.tokens) from ballot_token_counts c where c.poll_id = g.poll_id and c.shard <> 0
  ), 0)
  from given g order by g.poll_id
  on conflict (poll_id, shard) do update set tokens = excluded.tokens
)
select poll_id, issued from given
