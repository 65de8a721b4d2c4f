-- Statuses that show the picture $1 of an emoji show it no longer.
update statuses s
set emojis = (
  select coalesce(jsonb_agg(e.one order by e.place), '[]')
  from jsonb_array_elements(s.emojis) with ordinality as e (one, place) where e.one->>'url' <> $1::text
)
where s.id in (
  select t.id from statuses t
  where t.emojis <> '[]' and t.emojis @> jsonb_build_array(jsonb_build_object('url', $1::text)) limit $2
)
returning s.id
