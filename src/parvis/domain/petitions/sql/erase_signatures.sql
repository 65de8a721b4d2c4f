-- What tells who signed, of somebody who left: the signature stays counted, and so does what keeps them from
-- signing again.
with asked as (
  delete from petition_requests r where r.account_id = $1
), gone as (
  delete from petition_journeys j where j.account_id = $1
)
update petition_signatures s set account_id = null, name = null, receipt = null where s.account_id = $1
