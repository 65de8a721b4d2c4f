-- Other words for a rule, in other languages too, or another place; null leaves a thing as it is.
update rules set text = coalesce($2::text, text), hint = coalesce($3::text, hint),
                 position = coalesce($4::int, position), translations = coalesce($5::jsonb, translations)
where id = $1
returning id
