-- Remove an emoji of the network's own; answers its files.
delete from custom_emojis where shortcode = $1 and domain is null returning url, static_url
