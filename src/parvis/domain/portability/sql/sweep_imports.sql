-- Forget imports nobody said yes to for a day, those done a month ago, and those of people who left.
delete from imports where id in (
  select i.id from imports i join accounts a on a.id = i.account_id
  where (i.state = 'read' and i.created_at < now() - interval '1 day')
    or i.finished_at < now() - interval '30 days' or a.deleted_at is not null
  limit $1
)
returning id
