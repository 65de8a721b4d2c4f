-- What an account read of announcements, and how it answered them.
with reads as (
  delete from announcement_reads where account_id = $1
)
delete from announcement_reactions where account_id = $1
