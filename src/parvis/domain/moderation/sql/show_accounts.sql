-- What moderators see of accounts beside their public face.
select a.id, a.username, a.domain, a.created_at, u.email, u.locale, u.reason, u.role::text as role,
       u.last_seen_on,
       (select g.username from invitations i join accounts g on g.id = i.account_id where i.id = u.invitation_id) as inviter,
       coalesce(u.confirmed_at is not null, true) as is_confirmed,
       u.id is null or u.approved_at is not null as is_approved,
       u.disabled_at is not null as is_disabled, a.sensitized_at is not null as is_sensitized,
       a.limited_at is not null as is_limited, a.suspended_at is not null as is_suspended,
       exists (select from code_generators g where g.user_id = u.id and g.confirmed_at is not null)
         or exists (select from passkeys p where p.user_id = u.id) as has_factors
from accounts a left join users u on u.account_id = a.id
where a.id = any($1::bigint[])
