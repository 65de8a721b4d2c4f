-- Which of some files belong to an attachment that is there: the place in storage is the secret's.
select key from unnest($1::text[]) as key
where exists (select from media_attachments m where m.secret = split_part(key, '/', 3))
