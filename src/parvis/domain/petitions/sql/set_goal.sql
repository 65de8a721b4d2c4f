-- Another goal of a held petition whose text stays, and what its log says of it.
with changed as (
  update petitions p set goal = $2 where p.id = $1 returning p.log_id
)
insert into log_pending (log_id, is_shuffled, entry) select {{open_log(changed.log_id)}}, false, $3::bytea from changed
