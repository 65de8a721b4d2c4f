-- Put an emoji into another category, show it in pickers or not, allow it or not; null leaves a thing.
update custom_emojis set
  category = case when $2::text is null then category else nullif($2, '') end,
  is_visible = coalesce($3::boolean, is_visible),
  disabled_at = case when $4::boolean is null then disabled_at when $4 then coalesce(disabled_at, now()) end
where shortcode = $1 and domain is null
returning id
