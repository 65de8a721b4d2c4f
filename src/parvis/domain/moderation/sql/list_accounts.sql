-- Accounts as moderators look for them, newest first. $2 are states that must all hold.
select a.id
from accounts a left join users u on u.account_id = a.id
where a.deleted_at is null
  and ($1::text is null or ($1 = 'local') = (a.domain is null))
  and ('active' <> all($2::text[])
       or (a.suspended_at is null and u.disabled_at is null and (u.id is null or u.approved_at is not null)))
  and ('pending' <> all($2) or (u.approved_at is null and u.id is not null and a.suspended_at is null))
  and ('disabled' <> all($2) or u.disabled_at is not null)
  and ('silenced' <> all($2) or a.limited_at is not null)
  and ('suspended' <> all($2) or a.suspended_at is not null)
  and ('sensitized' <> all($2) or a.sensitized_at is not null)
  and ($3::text[] is null or u.role::text = any($3))
  and ($4::text is null or starts_with(lower(a.username), lower($4)))
  and ($5::text is null or position(plain($5) in plain(a.display_name)) > 0)
  and ($6::text is null or a.domain = lower($6))
  and ($7::text is null or starts_with(lower(u.email), lower($7)))
  and a.id < $8 and a.id > $9
order by a.id /*older*/ desc
limit $10
