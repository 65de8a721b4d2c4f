-- Links whose week is over; the next one begins.
update account_links l set due_at = now() + interval '7 days'
where (l.account_id, l.url) in (
  select account_id, url from account_links where due_at <= now() order by due_at limit $1 for update skip locked
)
returning l.account_id, l.url
