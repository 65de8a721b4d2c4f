-- The network's own emoji that may be used, as pickers show them.
select id, shortcode, url, static_url, category, is_visible
from custom_emojis where domain is null and disabled_at is null
order by category nulls last, shortcode
