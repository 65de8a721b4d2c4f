-- Other words for a rule, or another place among the others; null leaves a thing as it is.
update rules set text = coalesce($2::text, text), hint = coalesce($3::text, hint),
                 position = coalesce($4::int, position)
where id = $1
returning id
