-- Whether an account takes calls of :viewer: as its person chose, by default from those it follows and who follow
-- it; never over a block. :row is the row of accounts that is called.
(
  :row.domain is null and :row.id <> :viewer and not {{hidden(:row, :viewer)}} and {{present(:row)}}
  and case coalesce((select cu.preferences ->> 'calls:from' from users cu where cu.account_id = :row.id), 'mutuals')
    when 'members' then true
    when 'followed' then exists (select from follows cf where cf.account_id = :row.id and cf.target_id = :viewer)
    when 'mutuals' then exists (select from follows cf where cf.account_id = :row.id and cf.target_id = :viewer)
      and exists (select from follows cb where cb.account_id = :viewer and cb.target_id = :row.id)
    else false
  end
)
