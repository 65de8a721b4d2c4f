-- Accounts that show the picture $1 of an emoji show it no longer.
update accounts a
set emojis = (
  select coalesce(jsonb_agg(e.one order by e.place), '[]')
  from jsonb_array_elements(a.emojis) with ordinality as e (one, place) where e.one->>'url' <> $1::text
)
where a.id in (
  select t.id from accounts t
  where t.emojis <> '[]' and t.emojis @> jsonb_build_array(jsonb_build_object('url', $1::text)) limit $2
)
returning a.id
