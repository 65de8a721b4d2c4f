-- An application by its id.
select id, client_id, client_secret_sha256, name, website, redirect_uris, scopes from apps where id = $1
