-- Another link by which the addressee answers; the one before works no more.
update petitions p set answer_link = $3 where p.id = $2 and p.account_id = $1 and p.answered_at is null returning p.id
