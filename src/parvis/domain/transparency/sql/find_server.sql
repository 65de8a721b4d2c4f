-- The server log as it stands.
select id, path, origin, kind, is_public, size, subtrees, signed_size, signed, published_size, published, cosigned_size, cosigned,
       halted
from logs where kind = 'server' and closed_at is null
