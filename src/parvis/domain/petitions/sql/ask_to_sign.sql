-- Somebody wants to sign by a link in a letter; what they asked before for the same petition and address is gone.
with gone as (
  delete from petition_requests r where r.petition_id = $1 and lower(r.email) = lower($3)
)
insert into petition_requests (petition_id, account_id, email, roll_hash, version, name, shown, place, locale)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning id
