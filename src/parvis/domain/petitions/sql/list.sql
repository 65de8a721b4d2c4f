-- Petitions whose messages a viewer may see: open ones, those that are over, or one's own and those one is asked
-- to answer.
select p.id, p.account_id, p.version, p.goal, p.addressee, p.closes_at, p.closed_at, p.answered_at, p.created_at, v.title,
       p.closed_at is not null or coalesce(p.closes_at <= now(), false) as is_over,
       (
         select coalesce(sum(t.signatures), 0) from petition_tallies t
         where t.petition_id = p.id and t.version = p.version and t.what = 'day'
       )::bigint + (
         select coalesce(sum(c.difference), 0) from petition_changes c where c.petition_id = p.id and c.version = p.version
       )::bigint as signatures,
       (
         select g.version from petition_signatures g
         where g.petition_id = p.id and g.account_id = $1 and g.state = 'signed' limit 1
       ) as signed_version
from petitions p join petition_versions v on v.petition_id = p.id and v.version = p.version
join statuses s on s.id = p.status_id
where {{visible(s, $1::bigint)}} and case $2
    when 'open' then p.closed_at is null and (p.closes_at is null or p.closes_at > now())
    when 'over' then p.closed_at is not null or p.closes_at <= now()
    else p.account_id = $1 or p.addressee_id = $1 or exists (
      select from petition_signatures g where g.petition_id = p.id and g.account_id = $1 and g.state = 'signed'
    ) end
  and p.id < $3 and p.id > $4
order by p.id /*older*/ desc limit $5
