-- Close petitions (held): nobody can be known again in them, since the key is destroyed, and who was about to
-- sign by a letter signs no more. The log takes one more entry, and later an answer.
with closed as (
  update petitions p set closed_at = now(), closed_why = $2, key = null
  from unnest($1::bigint[], $3::bytea[]) as c (id, entry)
  where p.id = c.id and p.closed_at is null
  returning p.id, p.log_id, c.entry
), dropped as (
  delete from petition_requests r using closed where r.petition_id = closed.id
)
insert into log_pending (log_id, is_shuffled, entry)
select l.log_id, false, l.entry from (select {{open_log(closed.log_id)}} as log_id, closed.entry from closed) l
where l.log_id is not null
