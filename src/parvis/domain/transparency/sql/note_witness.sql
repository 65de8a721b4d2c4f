-- What a witness answered last.
update log_witnesses set size = coalesce($2, size), failure = $3,
  answered_at = case when $4 then now() else answered_at end
where id = $1
