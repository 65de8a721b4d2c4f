-- Another address before it was confirmed, unless somebody has it; answers the user.
update users set email = $2
where id = $1 and confirmed_at is null
  and not exists (select from users other where lower(other.email) = lower($2) and other.id <> $1)
returning id
