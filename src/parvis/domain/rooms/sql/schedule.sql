-- Keep a room with those who are invited to speak.
with scheduled as (
  insert into rooms (id, account_id, status_id, title, language, access, records, starts_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8)
  returning id
)
insert into room_people (room_id, account_id, role)
select scheduled.id, account_id, 'invited' from scheduled, unnest($9::bigint[]) as account_id
