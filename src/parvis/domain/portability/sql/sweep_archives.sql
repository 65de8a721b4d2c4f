-- Forget archives whose time is over, those nobody finished, and those of people who left.
delete from archives where id in (
  select x.id from archives x join accounts a on a.id = x.account_id
  where x.expires_at < now() or a.deleted_at is not null or x.created_at < now() - interval '30 days'
    or (x.state = 'failed' and x.finished_at < now() - interval '7 days')
  limit $1
)
returning secret
