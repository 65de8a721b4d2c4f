-- An application by its client id.
select id, client_id, client_secret_sha256, name, website, redirect_uris, scopes from apps where client_id = $1
