-- Checkpoints whose files are written are shown to everybody.
update logs l set published_size = c.size, published = c.note
from unnest($1::bigint[], $2::bigint[], $3::text[]) as c (id, size, note)
where l.id = c.id and l.published_size < c.size
