-- What the gate asks of $1, and until the transaction's end the pair of $1 and $2 to itself: the next
-- statement sees every follow, request and block that was being made between the two.
select {{standing($1::bigint)}} as standing,
       pg_advisory_xact_lock(hashtextextended(least($1, $2::bigint) || '-' || greatest($1, $2), 0)) as held
