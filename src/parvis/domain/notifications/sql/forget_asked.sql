-- What signatories were told of an earlier text of a petition gives way to the news of this one.
delete from notifications n
using unnest($1::bigint[], $2::bigint[], $3::bigint[]) as t (petition_id, after, last), petitions p, petition_signatures g
where p.id = t.petition_id and g.petition_id = p.id and g.id > t.after and g.id <= t.last
  and n.account_id = g.account_id and n.kind = 'petition' and n.from_account_id = p.account_id
  and n.status_id = p.status_id
returning n.account_id
