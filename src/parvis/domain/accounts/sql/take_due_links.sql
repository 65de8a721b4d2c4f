-- Links whose week is over; the next one begins.
with due as materialized (
  select account_id, url from account_links where due_at <= now() order by due_at limit $1 for update skip locked
)
update account_links l set due_at = now() + interval '7 days'
from due
where l.account_id = due.account_id and l.url = due.url
returning l.account_id, l.url
