-- Use an invitation, once, by an account that has used none in this poll: from then on it may vote there.
with used as (
  update poll_invitations i set used_at = now()
  where i.code = $2::text and i.used_at is null
    and not exists (select from poll_electors e where e.poll_id = i.poll_id and e.account_id = $1::bigint)
  returning i.poll_id
)
insert into poll_electors (poll_id, account_id) select poll_id, $1 from used
on conflict do nothing
returning poll_id
