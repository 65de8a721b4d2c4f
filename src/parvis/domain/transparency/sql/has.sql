-- Whether an entry ($2 its hash, $3 itself) is in a log or in those it goes on from: at its place, or on the way.
with before as (select l.* from logs l where l.id in {{logs_before($1)}})
select exists (select from before cross join lateral {{placed(before, $2::bytea)}} e)
  or exists (select from log_pending w join before on before.id = w.log_id where w.entry = $3::bytea)
