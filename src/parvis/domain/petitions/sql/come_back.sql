-- Somebody is back from an issuer, once: what they wanted to sign, and what their petition rests on.
with back as (
  delete from petition_journeys j where j.state = $1 returning j.*
)
select b.petition_id, b.account_id, b.version, b.name, b.shown, b.place,
       i.id as issuer_id, i.name as issuer_name, i.issuer, i.client_id, i.client_secret, i.claim, i.claim_value
from back b join petitions p on p.id = b.petition_id join petition_issuers i on i.id = p.issuer_id
where b.created_at > now() - interval '15 minutes'
