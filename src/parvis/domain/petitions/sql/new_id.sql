-- An id for a petition, which its message names before it is written, and what it is to rest on.
select next_id() as petition_id, next_id() as log_id, (select people from petition_rolls where id = $1) as people,
       i.issuer, i.claim, i.claim_value
from (values (1)) always left join petition_issuers i on i.id = $2
