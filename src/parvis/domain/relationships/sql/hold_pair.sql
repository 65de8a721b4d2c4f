-- What the gate asks of $1, and until the transaction's end the pair of $1 and $2 to itself.
select {{standing($1::bigint)}} as standing, {{held($1, $2::bigint)}} as held
