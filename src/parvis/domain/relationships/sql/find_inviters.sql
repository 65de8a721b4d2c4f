-- Newcomers among $1 who came by an invitation that has them follow whoever invited them.
select u.account_id, i.account_id as inviter_id
from users u join invitations i on i.id = u.invitation_id
where u.account_id = any($1::bigint[]) and i.is_followed
