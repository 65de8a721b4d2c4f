-- Somebody who left is addressed no more; what they answered is theirs.
update petitions p set addressee_id = null, answer = case when p.answered_at is not null then '' end
where p.addressee_id = $1
