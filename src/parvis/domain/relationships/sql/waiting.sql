-- The first $2 of those who wait to follow $1, now that it lets everybody; each pair is held. Whom
-- moderators limited or suspended still needs an answer.
select r.account_id, {{held(r.account_id, $1::bigint)}} as held
from (
  select r.account_id
  from follow_requests r join accounts a on a.id = r.account_id join accounts me on me.id = r.target_id
  where r.target_id = $1 and not me.is_locked
    and a.limited_at is null and a.suspended_at is null and a.deleted_at is null
  order by r.account_id
  limit $2
) r
