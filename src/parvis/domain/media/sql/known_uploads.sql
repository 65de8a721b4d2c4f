-- Which of some uploads still wait to be made into something: the place in storage is the secret's.
select key from unnest($1::text[]) as key
where exists (
  select from media_attachments m where m.secret = split_part(key, '/', 3) and m.state <> 'ready')
