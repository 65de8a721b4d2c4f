-- People of this network, those who were here last first. $1 are states that must all hold.
select a.id
from users u join accounts a on a.id = u.account_id
where a.deleted_at is null
  and ('active' <> all($1::text[]) or (a.suspended_at is null and u.disabled_at is null and u.approved_at is not null))
  and ('pending' <> all($1) or (u.approved_at is null and a.suspended_at is null))
  and ('disabled' <> all($1) or u.disabled_at is not null)
  and ('silenced' <> all($1) or a.limited_at is not null)
  and ('suspended' <> all($1) or a.suspended_at is not null)
  and ('sensitized' <> all($1) or a.sensitized_at is not null)
  and ($2::text[] is null or u.role::text = any($2))
  and ($3::text is null or starts_with(lower(a.username), lower($3)))
  and ($4::text is null or starts_with(lower(u.email), lower($4)))
order by u.last_seen_on desc nulls last, u.id desc
limit $5 offset $6
