-- Give a category of emoji another name; '' is none.
update custom_emojis set category = nullif($2, '')
where domain is null and category is not distinct from nullif($1, '')
returning id
