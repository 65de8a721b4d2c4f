-- The polls of an account, with their ballots: their statuses are gone.
with gone as (
  delete from polls where account_id = $1 returning id
)
delete from ballots b using gone where b.poll_id = gone.id
