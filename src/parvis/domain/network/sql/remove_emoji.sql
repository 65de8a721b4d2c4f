-- Remove emoji of the network's own; answers their files.
delete from custom_emojis where shortcode = any($1::text[]) and domain is null returning url, static_url
