-- Which of some files are an avatar or header now.
select p.url as key
from accounts a, unnest(array[a.avatar->>'url', a.avatar->>'static_url', a.header->>'url', a.header->>'static_url'])
  as p (url)
where a.domain is null and p.url = any($1::text[])
