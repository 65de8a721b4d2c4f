-- $1 no longer shows a hashtag on their page: by its name, or by the id of the showing.
delete from featured_tags f using tags t
where f.account_id = $1::bigint and t.id = f.tag_id and (t.name = $2::text or f.id = $3::bigint)
returning f.id
