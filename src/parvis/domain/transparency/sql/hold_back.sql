-- Keep texts beside the hashes that stand for them in a log, to be shown when it closes.
insert into log_openings (commitment, log_id, salt, text)
select t.commitment, $1, t.salt, t.text from unnest($2::bytea[], $3::bytea[], $4::text[]) as t (commitment, salt, text)
