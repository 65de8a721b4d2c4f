-- An issuer whose word petitions may rest on; nothing where its name is taken.
insert into petition_issuers (id, name, issuer, client_id, client_secret, scopes, claim, claim_value)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (name) do nothing returning id
