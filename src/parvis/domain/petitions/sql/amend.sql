-- Another version of the text of a held petition, and what its log says of it.
with changed as (
  update petitions p set version = $2, goal = $3 where p.id = $1 returning p.id, p.log_id
), kept as (
  insert into petition_versions (petition_id, version, title, text) select id, $2, $4, $5 from changed
), logged as (
  insert into log_pending (log_id, is_shuffled, entry)
  select {{open_log(changed.log_id)}}, false, $6::bytea from changed
)
insert into log_openings (commitment, log_id, account_id, salt, text, shown_from)
select t.commitment, {{open_log(changed.log_id)}}, $7::bigint, t.salt, t.text, now()
from changed, unnest($8::bytea[], $9::bytea[], $10::text[]) as t (commitment, salt, text)
