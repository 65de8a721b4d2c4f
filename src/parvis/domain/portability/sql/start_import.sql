-- The yes to an import that was read. Answers nothing when there is none, or another one is under way.
update imports i set state = 'waiting'
where i.id = $2::bigint and i.account_id = $1::bigint and i.state = 'read'
  and not exists (select from imports o where o.account_id = $1 and o.state = 'waiting')
returning i.id
