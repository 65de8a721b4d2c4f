-- Let halted logs be compared again; answers how many.
with resumed as (
  update logs set halted = null where halted is not null and closed_at is null returning 1
)
select count(*) from resumed
