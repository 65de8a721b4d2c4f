-- What an account's own person sees of it besides: defaults for publishing, role, how many ask to follow.
select u.role::text, u.default_visibility::text, u.default_sensitive, u.default_language, u.preferences,
       (select count(*) from follow_requests r join accounts a on a.id = r.account_id
        where r.target_id = $1 and a.suspended_at is null and a.deleted_at is null) as follow_requests
from users u where u.account_id = $1::bigint
