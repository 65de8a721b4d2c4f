-- Write ballots that go on waiting in the order that chance gave them.
insert into secret_ballots (poll_id, token, turn, choices, sent)
select $1::bigint, w.token, w.turn, array(select jsonb_array_elements_text(w.choices::jsonb)::smallint), w.sent
from unnest($2::bytea[], $3::smallint[], $4::bytea[], $5::text[]) with ordinality
  as w (token, turn, sent, choices, place)
order by w.place
