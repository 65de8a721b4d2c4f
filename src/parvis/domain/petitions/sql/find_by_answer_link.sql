-- The petition that a link lets its holder answer.
select id from petitions where answer_link = $1 and status_id is not null
