-- The versions of a petition's text, the newest first.
select version, title, text, created_at from petition_versions where petition_id = $1 order by version desc
