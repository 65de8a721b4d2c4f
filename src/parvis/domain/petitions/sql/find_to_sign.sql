-- What signing asks of a petition, and of who signs it; for somebody without an account `standing` is null, and
-- `id` where they may not see it.
select {{standing($1::bigint)}} as standing, p.id, p.key, p.version, p.verifier, p.domains, p.roll_id, p.salt,
       p.takes_strangers, p.places, p.is_over, p.issuer_id, p.issuer, p.client_id, p.scopes, p.claim, p.claim_value,
       (select u.email from users u where u.account_id = $1) as email
from (values (1)) always left join (
  select p.id, p.key, p.version, p.verifier, p.domains, p.roll_id, r.salt, p.takes_strangers,
         cardinality(p.places) as places, p.closed_at is not null or coalesce(p.closes_at <= now(), false) as is_over,
         p.issuer_id, i.issuer, i.client_id, i.scopes, i.claim, i.claim_value
  from petitions p join statuses s on s.id = p.status_id left join petition_rolls r on r.id = p.roll_id
  left join petition_issuers i on i.id = p.issuer_id
  where p.id = $2 and {{visible(s, $1::bigint)}}
) p on true
