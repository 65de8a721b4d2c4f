-- What a voter says of themselves, in place of what they said before.
insert into declarations (poll_id, account_id, answers) values ($2::bigint, $1::bigint, $3::smallint[])
on conflict (poll_id, account_id) do update set answers = excluded.answers
