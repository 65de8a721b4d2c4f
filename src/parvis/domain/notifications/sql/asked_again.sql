-- Some of those who signed a petition have another text before them, as a job asks them: each is told.
with candidate as (
  select g.account_id, 'petition' as kind, p.account_id as from_account_id, s.id as status_id
  from unnest($1::bigint[], $2::bigint[], $3::bigint[]) as t (petition_id, after, last)
  join petitions p on p.id = t.petition_id and p.closed_at is null
  join statuses s on s.id = p.status_id and s.deleted_at is null
  join petition_signatures g on g.petition_id = p.id and g.id > t.after and g.id <= t.last
  where g.state = 'signed' and g.version < p.version and g.account_id is not null
)
{{told(candidate)}}
