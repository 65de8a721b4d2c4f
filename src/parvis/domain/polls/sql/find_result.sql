-- What a poll's page tells beside its tallies. Its log is the one that goes on from the first.
with recursive chain as (
  select l.id, l.path, 0 as step from polls p join logs l on l.id = p.log_id where p.id = $1::bigint
  union all
  select l.id, l.path, chain.step + 1 from chain join logs l on l.predecessor_id = chain.id
)
select s.created_at as asked_at, p.expires_at, p.closed_at, p.is_ended_early, p.account_id,
       (select path from chain order by step desc limit 1) as log_path,
       o.name as population, o.size as population_size, o.source,
       exists (select from declarations d where d.poll_id = p.id and d.account_id = $2::bigint) as has_declared,
       exists (select from declarations d where d.poll_id = p.id) as is_frozen,
       case when p.is_secret then (select coalesce(sum(t.tokens), 0)::bigint from ballot_token_counts t where t.poll_id = p.id) end as issued,
       g.bots, g.fresh, g.bursts, g.suspects, g.tallies as suspect_tallies, g.judges_age
from polls p join statuses s on s.id = p.status_id
left join poll_populations o on o.poll_id = p.id left join poll_signs g on g.poll_id = p.id
where p.id = $1
