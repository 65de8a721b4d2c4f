-- Say of the lines of $1 that are the link $2 whether it is verified; since when stays. Answers nothing when
-- they say so already.
update accounts a
set fields = (
  select jsonb_agg(case
    when f.field->>'value' <> $2::text then f.field
    when $3::boolean then
      f.field || jsonb_build_object('verified_at', coalesce(nullif(f.field->'verified_at', 'null'), to_jsonb(now())))
    else f.field || '{"verified_at": null}'
  end order by f.place)
  from jsonb_array_elements(a.fields) with ordinality as f (field, place)
)
where a.id = $1::bigint and a.domain is null and exists (
  select from jsonb_array_elements(a.fields) as f (field)
  where f.field->>'value' = $2 and $3 <> (coalesce(f.field->'verified_at', 'null') <> 'null')
)
returning a.id
