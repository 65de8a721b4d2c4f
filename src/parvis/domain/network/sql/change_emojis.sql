-- Put emoji into another category, show them in pickers or not, allow them or not; null leaves a thing.
update custom_emojis set
  category = case when $2::text is null then category else nullif($2, '') end,
  is_visible = coalesce($3::boolean, is_visible),
  disabled_at = case when $4::boolean is null then disabled_at when $4 then coalesce(disabled_at, now()) end
where shortcode = any($1::text[]) and domain is null
returning id
