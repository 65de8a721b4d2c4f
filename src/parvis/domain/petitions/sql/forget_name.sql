-- A signature stays, the name beside it does not.
with mine as (
  update petition_signatures s set name = null, shown = 'hidden'
  where s.id = $1 and s.name is not null returning s.commitment
), forgotten as (
  update log_openings o set account_id = null, salt = null, text = null from mine where o.commitment = mine.commitment
)
select count(*) from mine
