-- Who asks for another letter takes the place of their first: found by its address among all that wait, of which a
-- petition that many sign by letter has hundreds of thousands.
create index petition_requests_by_email on petition_requests (petition_id, lower(email));
drop index petition_requests_petition_id_idx;
