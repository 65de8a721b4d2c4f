-- One petition as its page shows it, to who may see the message that announces it; or by its addressee's link.
select p.id, p.account_id, p.status_id, p.version, p.goal, p.addressee, p.addressee_id, p.places, p.verifier,
       p.domains, p.takes_strangers, p.closes_at, p.closed_at, p.closed_why, p.answer, p.answered_at, p.created_at,
       v.title, v.text, r.asks, i.name as issuer_name, i.issuer, i.claim, i.claim_value, l.path, p.answer_link is not null as has_link,
       (select count(*) from petition_signatures g where g.petition_id = p.id and g.state = 'removed') as removed,
       p.closed_at is not null or coalesce(p.closes_at <= now(), false) as is_over
from petitions p join petition_versions v on v.petition_id = p.id and v.version = p.version
join logs l on l.id = p.log_id join statuses s on s.id = p.status_id left join petition_rolls r on r.id = p.roll_id
left join petition_issuers i on i.id = p.issuer_id
where p.id = $2::bigint and {{visible(s, $1::bigint)}}
