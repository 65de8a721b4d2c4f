-- Keep a draw and each of its drawings.
with announced as (
  insert into draws (id, account_id, status_id, log_id, method, title, prizes, manifest, list_id, drawings)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, cardinality($10::bytea[]))
  returning id
)
insert into drawings (draw_id, number, manifest, frozen_at, due_at, next_at)
select announced.id, d.number, d.manifest, d.frozen_at, d.due_at, d.frozen_at
from announced, unnest($10::bytea[], $11::timestamptz[], $12::timestamptz[])
  with ordinality as d (manifest, frozen_at, due_at, number)
