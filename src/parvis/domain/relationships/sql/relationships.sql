-- What lies between $1 and each of $2, in the order asked; $3: suspended accounts too.
select coalesce(json_agg(json_build_object(
  'target_id', a.id, 'is_following', f.id is not null, 'is_requested', r.id is not null,
  'shows_reblogs', coalesce(f.shows_reblogs, r.shows_reblogs, false),
  'notifies', coalesce(f.notifies, r.notifies, false), 'languages', coalesce(f.languages, r.languages),
  'is_followed_by', exists (select from follows x where x.account_id = a.id and x.target_id = $1),
  'is_requested_by', exists (select from follow_requests x where x.account_id = a.id and x.target_id = $1),
  'is_blocking', exists (select from blocks x where x.account_id = $1 and x.target_id = a.id),
  'is_blocked_by', exists (select from blocks x where x.account_id = a.id and x.target_id = $1),
  'is_muting', m.id is not null, 'mutes_notifications', coalesce(m.hides_notifications, false),
  'mute_expires_at', m.expires_at,
  'is_domain_blocking', exists (select from account_domain_blocks x where x.account_id = $1 and x.domain = a.domain),
  'is_endorsed', exists (select from endorsements x where x.account_id = $1 and x.target_id = a.id),
  'note', coalesce(n.comment, '')
) order by asked.place), '[]') as relationships
from unnest($2::bigint[]) with ordinality asked (id, place)
join accounts a on a.id = asked.id
left join follows f on f.account_id = $1::bigint and f.target_id = a.id
left join follow_requests r on r.account_id = $1 and r.target_id = a.id
left join mutes m on m.account_id = $1 and m.target_id = a.id and (m.expires_at is null or m.expires_at > now())
left join account_notes n on n.account_id = $1 and n.target_id = a.id
where a.deleted_at is null and ($3::boolean or a.suspended_at is null)
