-- Media attachments of one's own, in the order asked for.
select {{own_media_json(m)}} as media
from unnest($2::bigint[]) with ordinality as wanted (id, place)
join media_attachments m on m.id = wanted.id and m.account_id = $1::bigint
order by wanted.place
