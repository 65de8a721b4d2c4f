-- The secret that an issuer knows this network by, where it gave another; what petitions rest on stays.
update petition_issuers set client_secret = $2 where id = $1 returning id
