-- Take some of the ballots that wait in a poll: they are written anew, with others and in another order.
delete from secret_ballots b using (
  select token, turn from secret_ballots where poll_id = $1::bigint and sent is not null limit $2::int
) due
where b.poll_id = $1 and b.token = due.token and b.turn = due.turn
returning b.token, b.turn, b.choices, b.sent
