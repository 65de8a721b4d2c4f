-- What a document says from now on.
insert into document_versions (key, text, account_id) values ($1, $2, $3)
