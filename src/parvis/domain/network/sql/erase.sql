-- What an account read of announcements and how it answered them, and its name beside documents, which stay.
with reads as (
  delete from announcement_reads where account_id = $1
), written as (
  update document_versions set account_id = null where account_id = $1
)
delete from announcement_reactions where account_id = $1
