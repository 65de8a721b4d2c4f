-- The issuers whose word petitions may rest on, and how many petitions stand on each.
select i.id, i.name, i.issuer, i.client_id, i.client_secret is not null as has_secret, i.scopes, i.claim, i.claim_value,
       (select count(*) from petitions p where p.issuer_id = i.id) as petitions
from petition_issuers i order by i.name
