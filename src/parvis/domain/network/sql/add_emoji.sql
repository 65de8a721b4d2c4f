-- Add an emoji of the network's own; one of that name gets the new picture.
insert into custom_emojis (shortcode, url, static_url, category) values ($1, $2, $3, $4)
on conflict (shortcode, coalesce(domain, '')) do update
  set url = excluded.url, static_url = excluded.static_url, category = coalesce(excluded.category, custom_emojis.category),
      disabled_at = null
returning id
