-- Close polls (held, their ballots counted) and tell it, once each. Answers what their logs are to say.
with closed as (
  update polls p set closed_at = now() where p.id = any($1::bigint[]) and p.closed_at is null
  returning p.id, p.status_id, p.account_id, p.log_id, p.tallies, p.voters, p.is_ended_early, p.is_ranked, p.options, p.manifest
), told as (
  insert into outbox (kind, payload)
  select $2, jsonb_build_object('poll_id', c.id, 'status_id', c.status_id, 'account_id', c.account_id)
  from closed c join statuses s on s.id = c.status_id and s.deleted_at is null
)
select c.id, c.status_id, c.log_id, c.is_ranked, cardinality(c.options) as options, c.manifest,
       c.tallies, c.voters, c.is_ended_early, s.deleted_at is not null as is_deleted
from closed c join statuses s on s.id = c.status_id order by c.id
