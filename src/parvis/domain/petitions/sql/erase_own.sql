-- The words of petitions of somebody who left, and who they were.
with own as (
  update petitions p set account_id = null, status_id = null, answer_link = null where p.account_id = $1 returning p.id
)
update petition_versions v set title = '', text = '' from own where v.petition_id = own.id
