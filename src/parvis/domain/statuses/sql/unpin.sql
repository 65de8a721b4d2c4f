-- Take a pin off one's own status; answers whether the status is there.
with target as (
  select s.id from statuses s where s.id = $2::bigint and {{visible(s, $1::bigint)}}
), gone as (
  delete from status_pins where account_id = $1 and status_id = $2
)
select id from target
