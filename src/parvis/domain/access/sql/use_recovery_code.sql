-- Use a recovery code up; answers how many are left after it.
with used as (
  update recovery_codes set used_at = now()
  where code_sha256 = $2 and user_id = $1 and used_at is null
  returning user_id
)
select (select count(*) from recovery_codes r where r.user_id = $1 and r.used_at is null and r.code_sha256 <> $2)
from used
