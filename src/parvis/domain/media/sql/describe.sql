-- Describe and focus several of $1's free uploads at once; a null x leaves the focus as it is.
update media_attachments m
set description = nullif(said.description, ''),
    meta = case when said.x is null then m.meta
           else m.meta || jsonb_build_object('focus', jsonb_build_object('x', said.x, 'y', said.y)) end
from unnest($2::bigint[], $3::text[], $4::float8[], $5::float8[]) as said (id, description, x, y)
where m.id = said.id and m.account_id = $1::bigint and m.status_id is null
