-- Take a user's second factors away: codes, recovery codes, passkeys; answers whether there were any.
with codes as (
  delete from code_generators where user_id = $1 returning 1
), recovery as (
  delete from recovery_codes where user_id = $1
), keys as (
  delete from passkeys where user_id = $1 returning 1
)
select exists (select from codes) or exists (select from keys)
