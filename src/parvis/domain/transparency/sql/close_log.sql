-- Close a log, with a last entry if there is one; its pseudonyms can be made no more. Answers its id, or null.
with closed as (
  update logs set closed_at = now(), secret = null where id = $1 and closed_at is null returning id
), last as (
  insert into log_pending (log_id, is_shuffled, entry)
  select id, false, $2::bytea from closed where $2::bytea is not null
)
select id from closed
