-- $1 no longer follows a hashtag.
delete from tag_follows f using tags t
where t.name = $2::text and f.tag_id = t.id and f.account_id = $1::bigint
