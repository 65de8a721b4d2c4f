-- The draft of $1 under the key $2 is published: there is nothing more to write.
delete from drafts where account_id = $1::bigint and key = $2::text
