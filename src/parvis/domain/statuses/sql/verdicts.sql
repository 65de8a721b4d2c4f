-- Verdicts for many viewers at once: $1 and $2 are pairs of viewer and status.
select w.viewer_id, {{verdict(s, w.viewer_id)}} as verdict
from unnest($1::bigint[], $2::bigint[]) as w (viewer_id, status_id)
join statuses s on s.id = w.status_id
