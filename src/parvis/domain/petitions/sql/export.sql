-- Signatures of a petition for its addressee, in the order of their ids: also what is not in force any more.
select g.id, encode(g.person, 'hex') as person, g.version, g.signed_on, g.place, g.shown, g.name, g.commitment, g.state
from petition_signatures g where g.petition_id = $1 and g.id > $2 order by g.id limit $3
