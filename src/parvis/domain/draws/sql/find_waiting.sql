-- The first drawing of a draw that waits for its round, and whether this account (null: the machine) may bring it.
select g.number, $2::bigint is null or d.account_id = $2
         or exists (select from users u where u.account_id = $2 and u.role <> 'member') as may
from drawings g join draws d on d.id = g.draw_id
where g.draw_id = $1 and g.state = 'shown' and d.method = 'drawn'
order by g.number limit 1
