-- The addressee answers, once; the log says so. The link goes on to show what was answered. Answers whether the
-- petition is over, and its log is to be closed with this.
with answered as (
  update petitions p set answer = $3, answered_at = now()
  where p.id = $1 and p.answered_at is null and (p.addressee_id = $2::bigint or p.answer_link = $8::bytea)
  returning p.id, p.log_id, p.status_id, p.closed_at
), logged as (
  insert into log_pending (log_id, is_shuffled, entry)
  select {{open_log(answered.log_id)}}, false, $4::bytea from answered
), sealed as (
  insert into log_openings (commitment, log_id, account_id, salt, text, shown_from)
  select $5::bytea, {{open_log(answered.log_id)}}, $2, $6::bytea, $7::text, now() from answered
)
select log_id, status_id, closed_at is not null as is_over from answered
