-- What the newest version of a petition has reached, and when.
select m.signatures, m.reached_at from petition_milestones m join petitions p on p.id = m.petition_id
where m.petition_id = $1 and m.version = p.version order by m.signatures
