-- Who runs and moderates the network: the owner first, then by how long they have been here.
select u.account_id, u.role
from users u join accounts a on a.id = u.account_id
where u.role in ('owner', 'admin', 'moderator') and {{present(a)}}
order by array_position(array['owner', 'admin', 'moderator'], u.role::text), a.id
limit 40
