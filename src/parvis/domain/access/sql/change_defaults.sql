-- Change how a person publishes unless they say otherwise: what is null stays, a language of '' is none.
update users
set default_visibility = coalesce($2::text::visibility, default_visibility),
    default_sensitive = coalesce($3, default_sensitive),
    default_language = case when $4::text is null then default_language else nullif($4, '') end,
    preferences = preferences || $5::jsonb
where id = $1
