-- Open petitions (held and counted) that seem to have come to a milestone which is not noted yet.
select c.id from (
  select p.id, p.version, p.goal, sum(t.signatures) as n
  from petitions p join petition_tallies t on t.petition_id = p.id and t.version = p.version and t.what = 'day'
  where p.id = any($1::bigint[]) and p.closed_at is null group by p.id
) c
where exists (
  select from unnest($2::bigint[] || c.goal::bigint) as step
  where step <= c.n and not exists (
    select from petition_milestones m where m.petition_id = c.id and m.version = c.version and m.signatures = step
  )
)
