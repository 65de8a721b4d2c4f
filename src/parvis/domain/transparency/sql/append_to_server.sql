-- Append an entry to the server log; answers how many came.
with came as (
  insert into log_pending (log_id, is_shuffled, entry)
  select id, false, $1 from logs where kind = 'server' and closed_at is null
  returning 1
)
select count(*) from came
