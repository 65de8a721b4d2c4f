-- The network's own emoji, those that may not be used any more included.
select id, shortcode, url, static_url, category, is_visible, disabled_at is not null as is_disabled
from custom_emojis where domain is null
order by category nulls last, shortcode
