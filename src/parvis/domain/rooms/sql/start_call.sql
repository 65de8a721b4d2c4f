-- Keep a call that goes on from now, of these people.
with started as (
  insert into rooms (id, account_id, status_id, title, language, access, records, is_call, state,
                     starts_at, opened_at, started_at, empty_since, epoch_ms)
  values ($1, $2, $3, $4, $5, 'followers', false, true, 'live', now(), now(), now(), now(), $6)
  returning id
)
insert into room_people (room_id, account_id, role)
select started.id, account_id, 'invited' from started, unnest($7::bigint[]) as account_id
