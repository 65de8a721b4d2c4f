-- Register an application.
insert into apps (client_id, client_secret_sha256, name, website, redirect_uris, scopes)
values ($1, $2, $3, $4, $5::text[], $6::text[])
returning id
