-- Whether nothing told after the number was swept: the oldest go first, and one as old is there.
select $1::bigint = 0 and not exists (select from wakes)
    or exists (select from wakes where seq <= $1)
