-- Invitations of $1, or (null) of everybody, the newest first, with those who came by each.
select i.id, i.account_id, a.username as inviter, i.code, i.comment, i.uses, i.uses_most, i.expires_at,
       i.is_followed, i.revoked_at is not null as is_revoked, {{works(i)}} as works, i.created_at,
       array(
         select g.username from users u join accounts g on g.id = u.account_id
         where u.invitation_id = i.id and g.deleted_at is null order by u.id limit 50
       ) as guests
from invitations i join accounts a on a.id = i.account_id
where ($1::bigint is null or i.account_id = $1) and i.id < $2 and i.id > $3
order by i.id /*older*/ desc
limit $4
