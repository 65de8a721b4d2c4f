-- A page of somebody's notifications: $2 only these kinds (null: all), $3 not these, $4 only from this account.
select n.id, n.account_id, n.kind, n.from_account_id, n.status_id, n.report_id, n.created_at
from notifications n
where n.account_id = $1::bigint
  and ($2::text[] is null or n.kind = any($2)) and n.kind <> all($3::text[])
  and ($4::bigint is null or n.from_account_id = $4)
  and {{still_told(n)}}
  and n.id < $5 and n.id > $6
order by n.id /*older*/ desc
limit $7
