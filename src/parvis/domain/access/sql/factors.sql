-- What a user proves themself by besides the password: codes on, recovery codes left, passkeys.
select
  exists (select from code_generators where user_id = $1 and confirmed_at is not null) as has_codes,
  (select count(*) from recovery_codes where user_id = $1 and used_at is null) as recovery_left,
  (select count(*) from passkeys where user_id = $1) as passkeys
