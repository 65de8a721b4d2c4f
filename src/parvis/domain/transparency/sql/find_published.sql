-- What everybody may know of a log: how far it is published, and its newest checkpoint.
select id, origin, is_public, published_size, published, cosigned_size, cosigned from logs where path = $1
