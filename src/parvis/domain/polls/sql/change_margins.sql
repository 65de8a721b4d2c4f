-- What voters of a poll (held) are asked of themselves and whom it is to speak for, unless somebody has answered.
with free as (
  select $1::bigint as poll_id where not exists (select from declarations d where d.poll_id = $1)
), gone as (
  delete from poll_margins m using free where m.poll_id = free.poll_id and m.kind <> all($5::text[])
), nobody as (
  delete from poll_populations p using free where p.poll_id = free.poll_id and $2::text is null
), population as (
  insert into poll_populations (poll_id, name, size, source)
  select poll_id, $2, $3::bigint, $4::text from free where $2 is not null
  on conflict (poll_id) do update set name = excluded.name, size = excluded.size, source = excluded.source
), asked as (
  insert into poll_margins (poll_id, kind, place, categories, totals)
  select free.poll_id, m.kind, m.place - 1, m.categories, m.totals
  from free, jsonb_array_elements($6::jsonb) with ordinality as told (margin, place)
  cross join lateral (
    select told.margin ->> 'kind' as kind, told.place,
           array(select jsonb_array_elements_text(told.margin -> 'categories')) as categories,
           array(select jsonb_array_elements_text(told.margin -> 'totals')::float8) as totals
  ) m
  on conflict (poll_id, kind) do update
  set place = excluded.place, categories = excluded.categories, totals = excluded.totals
)
select exists (select from free)
